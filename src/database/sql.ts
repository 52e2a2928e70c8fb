/**
 * Every SQL file of the program under a name. A file is read when it is first needed, so that a command reads only the files
 * that it needs. A test fails if a file is missing here or is not used.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SQL_FILES } from './sql-files.js';

export { SQL_FILES } from './sql-files.js';

const FOLDER = fileURLToPath(new URL('../../sql/', import.meta.url));

export type SqlName = keyof typeof SQL_FILES;

/** The files' texts by name, each read once. */
export const sql = {} as Readonly<Record<SqlName, string>>;

for (const [name, file] of Object.entries(SQL_FILES)) {
  let text: string | null = null;
  const get = () => {
    text ??= readFileSync(FOLDER + file, 'utf8');
    return text;
  };
  Object.defineProperty(sql, name, { enumerable: true, get });
}

export interface Migration {
  /** Counted from 1, without gaps. */
  readonly version: number;
  readonly name: string;
  readonly script: string;
}

/** The version of the schema that this program works with: the number of its last step. */
export function getSchemaVersion(): number {
  return readdirSync(`${FOLDER}migrations`).length;
}

/** The steps that build the schema, `sql/migrations/NNN_name.sql`, in their order. */
export function readMigrations(): readonly Migration[] {
  return readdirSync(`${FOLDER}migrations`)
    .sort()
    .map((file) => ({
      version: Number(file.slice(0, 3)),
      name: file.slice(4, -'.sql'.length),
      script: readFileSync(`${FOLDER}migrations/${file}`, 'utf8'),
    }));
}
