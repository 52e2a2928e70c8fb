/** Prints the rights that the owner of the schema grants to others, and tells a role which of them it lacks. */
import { DatabaseError } from '../errors.js';
import type { Database } from './database.js';
import { sql } from './sql.js';

/** A table of a summary, and what a role needs of it to ingest. */
interface TableRights {
  readonly name: string;
  readonly rights: readonly string[];
}

/** The script that lets a role ingest. @param tables of the summaries */
export function printWriterGrants(role: string, tables: readonly TableRights[]): string {
  const grants = tables.map(
    ({ name, rights }) => `\ngrant ${rights.join(', ')} on\n  logtally.${name}\nto logtally_writer;\n`,
  );
  return nameRole([sql.grantWriter, ...grants].join(''), 'logtally_writer', role);
}

/** The script that lets a role read. */
export function printReaderGrants(role: string): string {
  return nameRole(sql.grantReader, 'logtally_reader', role);
}

/** Replaces the placeholder of a script by the name of a role, as an identifier or as text within text. */
function nameRole(script: string, placeholder: string, role: string): string {
  const literal = `''${role.replaceAll("'", "''''")}''`;
  const identifier = `"${role.replaceAll('"', '""')}"`;
  return script
    .split(`''${placeholder}''`)
    .map((text) => text.replaceAll(`to ${placeholder};`, () => `to ${identifier};`))
    .join(literal);
}

/**
 * Checks before a log is read that the role may write.
 *
 * @param tables of the summaries
 * @throws DatabaseError listing each missing right as GRANT would say it
 */
export async function checkRights(database: Database, tables: readonly TableRights[]): Promise<void> {
  const needed = tables.flatMap(({ name, rights }) => rights.map((right) => ({ name, right })));
  await refuseMissing(
    database,
    [sql.findMissingRights, needed.map(({ name }) => name), needed.map(({ right }) => right)],
    'let the owner run what logtally init --print-grants prints',
  );
}

/**
 * Checks that the role may take back what was counted.
 *
 * @param tables of the summaries
 * @throws DatabaseError listing each missing right as GRANT would say it
 */
export async function checkUndoRights(database: Database, tables: readonly TableRights[]): Promise<void> {
  await refuseMissing(
    database,
    [sql.findMissingUndoRights, tables.map(({ name }) => name)],
    'run it as the owner of the tables, who alone takes back what was counted',
  );
}

async function refuseMissing(
  database: Database,
  [statement, ...values]: readonly [statement: string, ...values: readonly unknown[]],
  remedy: string,
): Promise<void> {
  const { rows } = await database.transaction('reading', () => database.query(statement, values));
  if (rows.length === 0) return;
  throw new DatabaseError(`the role lacks rights in ${database.name}`, {
    hint: `${remedy}: it lacks ${rows.map((row) => row['missing_right']).join(', ')}`,
  });
}
