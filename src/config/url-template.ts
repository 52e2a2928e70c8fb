/** Checks the URL of a content type, which becomes a link for each of its objects. */

/** Scheme and host, which no id may change, then whatever is behind the slash. */
const URL_TEMPLATE = /^https?:\/\/[^/?#\\@{}\s]+\/[^{}\s]*(?:\{\+?id\}[^{}\s]*)+$/i;

const CONTROL = /\p{Cc}/u;

/**
 * Whether a text is the URL of a page with the place of an object's id: `https://www.example.com/photos/{id}/`, or, if the slashes of
 * ids are those of a path, `https://www.example.com/{+id}`. It has no user and no password, and the id stands behind the host.
 */
export function isUrlTemplate(text: string): boolean {
  return URL_TEMPLATE.test(text) && !CONTROL.test(text) && URL.canParse(text.replaceAll(/\{\+?id\}/g, '1'));
}
