/** How a person names a further field of a log: as the format does, or by the response header that it holds. */

/** nginx's variables for a header that it sends itself, and for one of the server behind it; W3C's field. */
const RESPONSE_HEADERS = [/^sent_http_(.+)$/, /^sc\((.+)\)$/, /^upstream_http_(.+)$/];

/**
 * Finds which of some fields a name means. Case does not matter. A field of that very name comes before one that holds the response
 * header: `X-Title` finds `$sent_http_x_title`.
 *
 * @returns undefined if there is none
 */
export function findNamedField<Field extends { readonly name: string }>(
  fields: readonly Field[],
  name: string,
): Field | undefined {
  const wanted = name.toLowerCase();
  const same = fields.find((field) => field.name.toLowerCase() === wanted);
  if (same !== undefined) return same;
  const header = toHeader(wanted);
  for (const pattern of RESPONSE_HEADERS) {
    const found = fields.find((field) => {
      const inner = pattern.exec(field.name.toLowerCase())?.[1];
      return inner !== undefined && toHeader(inner) === header;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** nginx writes the names of headers with `_`. */
function toHeader(name: string): string {
  return name.replaceAll('-', '_');
}
