/**
 * How the tables are spread over the nodes of a Citus database: each is distributed by a column, on every node, or on the coordinator
 * alone. All of it happens under the merge lock, in one transaction. What was spread once stays so: `keepSpread` does the same for
 * the tables of each later migration.
 */
import { DatabaseError } from '../errors.js';
import type { Database, Row } from './database.js';
import { lockMerges } from './merge-lock.js';
import { sql } from './sql.js';
import { getNumber, getNumberOrNull, getText } from './values.js';

/** A table of the schema, and how it is spread on Citus. */
export interface SpreadTable {
  readonly name: string;
  /** Distributed by this column; `reference`: each node has all rows; `local`: on the coordinator alone. */
  readonly spread: 'object_id' | 'reference' | 'local';
}

/** A table of the schema as it is in the database. */
interface StoredSpread {
  readonly name: string;
  /** As in `SpreadTable`, or another column. */
  readonly spread: string;
  readonly colocation: number | null;
  readonly nodes: number | null;
  readonly hasLocalCopy: boolean;
}

export interface Spread {
  /** How many nodes hold rows of the distributed tables. */
  readonly nodes: number;
  /** How many tables were spread by this call; 0 if all had been. */
  readonly changed: number;
}

/**
 * Refuses a database whose tables cannot be spread. Writes nothing.
 *
 * @throws DatabaseError if the extension is not there, if no node can hold rows, or if this is no coordinator
 */
export async function checkNodes(database: Database): Promise<void> {
  await database.transaction('reading', async () => {
    if (!(await hasCitus(database))) {
      throw new DatabaseError(`${database.name} has no extension citus`, {
        hint: 'add citus to shared_preload_libraries of the coordinator and of each worker, create the extension in this database on each of them, register the workers, and run logtally init --distribute again',
      });
    }
    const row = (await database.query(sql.selectNodes)).rows[0];
    refuseIfWorker(database, row);
    if (getNumber(row, 'nodes') > 0) return;
    throw new DatabaseError(`${database.name} has no worker that can hold rows`, {
      hint: "register each by citus_add_node('worker-1.example.com', 5432), and run logtally init --distribute again",
    });
  });
}

/**
 * Refuses a worker in place of the coordinator.
 *
 * @throws DatabaseError
 */
export async function refuseWorker(database: Database): Promise<void> {
  if (await hasCitus(database)) refuseIfWorker(database, (await database.query(sql.selectNodes)).rows[0]);
}

/** @param row of select_nodes.sql */
function refuseIfWorker(database: Database, row: Row | undefined): void {
  if (row?.['is_coordinator'] === true) return;
  throw new DatabaseError(`${database.name} is a worker of Citus`, {
    hint: 'name the coordinator: the record of what was counted, and the lock of merges, are there',
  });
}

/**
 * Spreads the tables, empty or not, and clears their local copies. Does nothing to those that are spread already.
 *
 * @throws DatabaseError if one of them is spread in another way
 */
export async function spreadTables(database: Database, tables: readonly SpreadTable[]): Promise<Spread> {
  return database.transaction('writing', async () => {
    await lockMerges(database);
    return spreadMissing(database, tables);
  });
}

/**
 * Spreads the tables that a migration has made, if the others are spread. Called in its transaction, under the merge lock.
 *
 * @param tables may hold tables of later migrations
 */
export async function keepSpread(database: Database, tables: readonly SpreadTable[]): Promise<void> {
  if (await isSpread(database)) await spreadMissing(database, tables);
}

/** Counts the nodes that hold rows of the distributed tables, within a transaction; null if the tables are in one database. */
export async function countNodes(database: Database): Promise<number | null> {
  const stored = await readSpread(database);
  const counts = stored.filter(isDistributed).map(({ nodes }) => nodes ?? 0);
  return counts.length === 0 ? null : Math.max(...counts);
}

/**
 * Runs `work`, which only reads, on one state of the database. A transaction of Citus sees each node at a moment of its own, so
 * there `work` has the merge lock instead: nothing that it reads changes meanwhile.
 */
export async function readOneState<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  if (!(await database.transaction('reading', () => isSpread(database))))
    return database.transaction('snapshot', work);
  return database.transaction('reading', async () => {
    await lockMerges(database);
    return work();
  });
}

async function isSpread(database: Database): Promise<boolean> {
  return (await readSpread(database)).some(isDistributed);
}

function isDistributed({ spread }: StoredSpread): boolean {
  return spread !== 'reference' && spread !== 'local';
}

async function hasCitus(database: Database): Promise<boolean> {
  if (database.kind === 'embedded') return false;
  return (await database.query(sql.findExtension)).rows[0]?.['has_citus'] === true;
}

/** Reads how the tables of the schema are spread; none without Citus. */
async function readSpread(database: Database): Promise<readonly StoredSpread[]> {
  if (!(await hasCitus(database))) return [];
  return (await database.query(sql.selectSpread)).rows.map((row) => ({
    name: getText(row, 'table_name'),
    spread: getText(row, 'spread'),
    colocation: getNumberOrNull(row, 'colocation_id'),
    nodes: getNumberOrNull(row, 'nodes'),
    hasLocalCopy: row['has_local_copy'] === true,
  }));
}

async function spreadMissing(database: Database, tables: readonly SpreadTable[]): Promise<Spread> {
  const before = new Map((await readSpread(database)).map((table) => [table.name, table]));
  // after a parallel command on distributed tables Citus refuses to make one of which each node has all rows
  const missing = tables
    .filter(({ name, spread }) => before.has(name) && before.get(name)?.spread !== spread)
    .toSorted((a, b) => Number(b.spread === 'reference') - Number(a.spread === 'reference'));
  for (const { name } of missing) refuseOtherSpread(before.get(name));
  let neighbour = [...before.values()].find(isDistributed)?.name ?? null;
  for (const { name, spread } of missing) {
    const table = `logtally.${name}`;
    if (spread === 'reference') await database.query(sql.copyTableEverywhere, [table]);
    else {
      const near = neighbour === null ? 'none' : `logtally.${neighbour}`;
      await database.query(sql.distributeTable, [table, spread, near]);
      neighbour ??= name;
    }
  }
  const after = await readSpread(database);
  for (const { name, hasLocalCopy } of after)
    if (hasLocalCopy) await database.query(sql.clearLocalCopy, [`logtally.${name}`]);
  refuseApart(after.filter(isDistributed));
  return {
    nodes: Math.max(0, ...after.filter(isDistributed).map(({ nodes }) => nodes ?? 0)),
    changed: missing.length,
  };
}

/** @throws DatabaseError if the table is spread already, but in another way than it should be */
function refuseOtherSpread(stored: StoredSpread | undefined): void {
  if (stored === undefined || stored.spread === 'local') return;
  const how = stored.spread === 'reference' ? 'a reference table' : `distributed by ${stored.spread}`;
  throw new DatabaseError(`logtally.${stored.name} is ${how}`, {
    hint: `take that back by undistribute_table('logtally.${stored.name}'), and run logtally init --distribute again`,
  });
}

/** @throws DatabaseError if rows of one object would be on different nodes */
function refuseApart(distributed: readonly StoredSpread[]): void {
  const odd = distributed.find(({ colocation }) => colocation !== distributed[0]?.colocation);
  if (odd === undefined) return;
  throw new DatabaseError(`logtally.${odd.name} is not colocated with logtally.${distributed[0]?.name}`, {
    hint: `take that back by undistribute_table('logtally.${odd.name}'), and run logtally init --distribute again`,
  });
}
