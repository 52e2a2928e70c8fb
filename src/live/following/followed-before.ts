/** Finds the logs that were followed before: while nobody looked, a link may have been moved away from them. */
import { hostname } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import { getText } from '../../database/values.js';

/**
 * Lists the files in which logs of the same paths were last seen.
 *
 * @param followed the paths as they were given, and the label of their site
 */
export async function findFollowedBefore(
  database: Database,
  { paths, site }: { readonly paths: readonly string[]; readonly site: string },
): Promise<readonly string[]> {
  const { rows } = await database.transaction('reading', () =>
    database.query(sql.selectFollowedBefore, [hostname(), site, paths]),
  );
  return rows.map((row) => getText(row, 'path')).filter(isAbsolute);
}
