/** The steps that build the schema. */
import { readdirSync, readFileSync } from 'node:fs';
import { SQL_FOLDER } from './sql.js';

export interface Migration {
  /** Counted from 1, without gaps. */
  readonly version: number;
  readonly name: string;
  readonly script: string;
}

/** The version of the schema that this program works with: the number of its last step. */
export function getSchemaVersion(): number {
  return readdirSync(`${SQL_FOLDER}migrations`).length;
}

/** The steps that build the schema, `sql/migrations/NNN_name.sql`, in their order. */
export function readMigrations(): readonly Migration[] {
  return readdirSync(`${SQL_FOLDER}migrations`)
    .sort()
    .map((file) => ({
      version: Number(file.slice(0, 3)),
      name: file.slice(4, -'.sql'.length),
      script: readFileSync(`${SQL_FOLDER}migrations/${file}`, 'utf8'),
    }));
}
