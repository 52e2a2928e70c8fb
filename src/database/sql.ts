/**
 * Every SQL file of the program under a name. A file is read when it is first needed, so that a command reads only the files
 * that it needs. A test fails if a file is missing here or is not used.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SQL_FILES } from './sql-files.js';

export { SQL_FILES } from './sql-files.js';

/** Where all SQL stands. */
export const SQL_FOLDER = fileURLToPath(new URL('../../sql/', import.meta.url));

export type SqlName = keyof typeof SQL_FILES;

/** The files' texts by name, each read once. */
export const sql = {} as Readonly<Record<SqlName, string>>;

for (const [name, file] of Object.entries(SQL_FILES)) {
  let text: string | null = null;
  const get = () => {
    text ??= readFileSync(SQL_FOLDER + file, 'utf8');
    return text;
  };
  Object.defineProperty(sql, name, { enumerable: true, get });
}
