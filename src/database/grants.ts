/** Prints the rights that the owner of the schema grants to other roles, and tells a role which of them it lacks. */
import { DatabaseError } from '../errors.js';
import type { Database } from './database.js';
import { sql } from './sql.js';

/** The roles whose rights are printed if no role is named; they stand in the SQL files. */
export const DEFAULT_ROLES = { writer: 'logtally_writer', reader: 'logtally_reader' } as const;

/** A table of a summary, and what a role needs of it to ingest. */
interface TableRights {
  readonly name: string;
  readonly rights: readonly string[];
}

/**
 * The scripts that let one role ingest and another one read; a role that is missing gets none.
 *
 * @param tables of the summaries
 */
export function printGrants(
  roles: { readonly writer?: string; readonly reader?: string },
  tables: readonly TableRights[],
): string {
  const ofTables = tables.map(
    ({ name, rights }) =>
      `\ngrant ${rights.join(', ')} on\n  logtally.${name}\nto ${DEFAULT_ROLES.writer};\n`,
  );
  const toWrite = [sql.grantWriter, ...ofTables].join('');
  return [
    ...(roles.writer === undefined ? [] : [nameRole(toWrite, DEFAULT_ROLES.writer, roles.writer)]),
    ...(roles.reader === undefined ? [] : [nameRole(sql.grantReader, DEFAULT_ROLES.reader, roles.reader)]),
  ].join('\n');
}

const ROLE_END = /\b(to|from) (\w+);/g;

/** Replaces the placeholder of a script by the name of a role, as an identifier or as text within text. */
function nameRole(script: string, placeholder: string, role: string): string {
  const literal = `''${role.replaceAll("'", "''''")}''`;
  const identifier = `"${role.replaceAll('"', '""')}"`;
  return script
    .split(`''${placeholder}''`)
    .map((text) =>
      text.replace(
        ROLE_END,
        (_, word: string, role: string) => `${word} ${role === placeholder ? identifier : role};`,
      ),
    )
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

/** The same for a role that takes back what was counted. */
export async function checkUndoRights(database: Database, tables: readonly TableRights[]): Promise<void> {
  await refuseMissing(
    database,
    [sql.findMissingUndoRights, tables.map(({ name }) => name)],
    'run it as the owner of the tables, who alone takes back what was counted',
  );
}

/** The same for a role that prunes, which needs `delete` on some tables. */
export async function checkPruneRights(database: Database, tables: readonly string[]): Promise<void> {
  await refuseMissing(
    database,
    [sql.findMissingRights, tables, tables.map(() => 'delete')],
    'run it as the owner of the tables, who alone prunes',
  );
}

/** Whether the role may delete rows of tables. */
export async function mayDelete(database: Database, tables: readonly string[]): Promise<boolean> {
  const values = [tables, tables.map(() => 'delete')];
  const { rows } = await database.transaction('reading', () => database.query(sql.findMissingRights, values));
  return rows.length === 0;
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
