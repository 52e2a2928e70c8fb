/** The address at which a site shows an object: the URL of its content type, filled with its id. */

/** `{id}`, or `{+id}`, which keeps slashes, as in RFC 6570. */
const PLACE = /\{(\+?)id\}/g;

/** A segment that a browser resolves: the address would be another one. */
const DOTS = /^(?:\.|%2e){1,2}$/i;

/** Half a character, which no URL can have. */
const HALF = /\p{Cs}/u;

/** `%2F`, which stays as it is within `{+id}`: paths are counted decoded but for that. */
const ENCODED = /%25([0-9A-Fa-f]{2})/g;

/**
 * Fills a URL that the config file was checked for: what an id has beside letters, digits and a few signs is percent-encoded, so that it
 * can name neither another host nor another scheme.
 *
 * @param template `https://www.example.com/photos/{id}/`; with `{+id}` an id keeps its slashes, but for the first behind a slash
 * @returns null if the address would not be that of the object: an id that is `..`, or has it as a segment, leads elsewhere
 */
export function fillObjectUrl(template: string, id: string): string | null {
  if (HALF.test(id) || id.split('/').some((segment) => DOTS.test(segment))) return null;
  return template.replaceAll(PLACE, (_, keepsSlashes: string, at: number) => {
    if (keepsSlashes === '') return encodeURIComponent(id);
    const path = template[at - 1] === '/' ? id.replace(/^\//, '') : id;
    return path.split('/').map(encodeURIComponent).join('/').replaceAll(ENCODED, '%$1');
  });
}
