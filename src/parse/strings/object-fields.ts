/** Which directives of a server's format carry the object: its content type and its id. */

/**
 * Names without regard to case: of response headers (`X-Object-ID`), directives (`%{OID}n`) or nginx variables
 * (`$object_id`); of several in one format the first in the list counts.
 */
export interface ObjectFields {
  readonly contentType: readonly string[];
  readonly objectId: readonly string[];
}

export const DEFAULT_OBJECT_FIELDS: ObjectFields = {
  contentType: ['X-Content-Type-ID', 'X-JL6-CID'],
  objectId: ['X-Object-ID', 'X-JL6-OID'],
};

export interface ObjectClaim {
  readonly field: 'contentType' | 'objectId';
  /** Its name's place in the list: the lowest of a format fills the field. */
  readonly rank: number;
}

/**
 * What a directive says of the object.
 *
 * @param names what the directive can be called: as written, and the response header that it writes
 * @returns null if it carries neither content type nor object id
 */
export function findObjectClaim(fields: ObjectFields, names: readonly string[]): ObjectClaim | null {
  const wanted = names.map(normalizeName);
  const findRank = (list: readonly string[]) =>
    list.findIndex((name) => wanted.includes(normalizeName(name)));
  for (const field of ['contentType', 'objectId'] as const) {
    const rank = findRank(fields[field]);
    if (rank !== -1) return { field, rank };
  }
  return null;
}

/** `%{OID}n` -> `%{oid}n`: the letter after the name keeps its case; header names are written with `_`, as nginx does. */
function normalizeName(name: string): string {
  const directive = /^%[!<>,\d]*(\{.*\})?(.+)$/.exec(name.trim());
  if (directive !== null) return `%${(directive[1] ?? '').toLowerCase()}${directive[2] ?? ''}`;
  const lower = name.trim().toLowerCase();
  return lower.startsWith('$') ? lower.replace(/[{}]/g, '') : lower.replaceAll('-', '_');
}
