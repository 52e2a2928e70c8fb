/** Brings the schema to the program's version, one numbered step at a time, each in a transaction of its own. */
import { DatabaseError, findErrorCode } from '../errors.js';
import type { Database } from './database.js';
import { SQLSTATE } from './database-errors.js';
import { lockMerges } from './merge-lock.js';
import { getSchemaVersion, type Migration, readMigrations } from './migrations.js';
import { keepSpread, refuseWorker, type SpreadTable } from './spread.js';
import { sql } from './sql.js';
import { getNumber } from './values.js';

/**
 * The version that the database's schema has.
 *
 * @returns 0 if there is no schema yet
 * @throws DatabaseError if it is newer than the program, or if this is a worker of Citus
 */
export async function readSchemaVersion(database: Database): Promise<number> {
  const { rows } = await database.query(sql.findVersionTable);
  if (rows[0]?.['has_version_table'] !== true) {
    await refuseWorker(database);
    return 0;
  }
  const version = getNumber((await database.query(sql.selectVersion)).rows[0], 'version');
  if (version > getSchemaVersion()) {
    throw new DatabaseError(
      `${database.name} has schema version ${version}, this program knows only up to ${getSchemaVersion()}`,
      { hint: 'a newer logtally has been used with it: upgrade this one' },
    );
  }
  return version;
}

/**
 * Creates or upgrades the schema; does nothing if it is up to date. If the tables are spread over the nodes of Citus, those that a
 * step makes are spread in its transaction.
 *
 * @param tables how each is spread
 * @param steps the program's own but in tests
 * @returns how many steps were applied
 * @throws DatabaseError if the schema is newer than the program, or the role may not change it
 */
export async function migrate(
  database: Database,
  tables: readonly SpreadTable[],
  steps: readonly Migration[] = readMigrations(),
): Promise<number> {
  const before = await database.transaction('reading', () => readSchemaVersion(database));
  if (before === steps.length) return 0;
  try {
    if (before === 0) await createVersionTable(database);
    let applied = 0;
    for (const migration of steps) {
      applied += await database.transaction('writing', async () => {
        await lockMerges(database);
        if ((await readSchemaVersion(database)) >= migration.version) return 0;
        await database.query(sql.insertVersion, [migration.version, migration.name]);
        await database.query(migration.script);
        await keepSpread(database, tables);
        return 1;
      });
    }
    return applied;
  } catch (error) {
    if (findErrorCode(error) !== SQLSTATE.insufficientPrivilege) throw error;
    throw new DatabaseError(`the role may not create the schema in ${database.name}`, {
      hint: 'let the owner of the database run logtally init once, or the SQL that logtally init --print prints',
      cause: error,
    });
  }
}

async function createVersionTable(database: Database): Promise<void> {
  await database.transaction('writing', async () => {
    await lockMerges(database);
    const { rows } = await database.query(sql.findVersionTable);
    if (rows[0]?.['has_version_table'] !== true) await database.query(sql.createVersionTable);
  });
}

/** Everything that `migrate` does to an empty database, as one script for psql. */
export function printSchema(): string {
  const steps = readMigrations().map(
    ({ version, name, script }) =>
      `insert into logtally.schema_version (version, name) values (${version}, '${name}');\n\n${script}`,
  );
  return `begin;\n\n${[sql.createVersionTable, ...steps].join('\n')}\ncommit;\n`;
}
