/** Forgets a person: deletes the requests of users or clients that are kept as rows. What is counted stays, as it names nobody. */
import { compileStoredClients, isWiderThanSome } from '../attribute/filter-values.js';
import type { Database, Row } from '../database/database.js';
import { checkUndoRights } from '../database/grants.js';
import { lockMerges } from '../database/merge-lock.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { REQUESTS } from './requests.js';

/** Whose requests are meant: of any of the users, or of any of the clients. */
export interface Person {
  readonly users: readonly string[];
  /** Addresses, networks, names of hosts and globs of these. */
  readonly clients: readonly string[];
}

/** What was forgotten, or would be. */
export interface Forgotten {
  readonly requests: number;
  /** The months of the requests, in order: `2026-04`. */
  readonly months: readonly { readonly month: string; readonly requests: number }[];
  /** Stored networks that have a client in them, but others as well: their requests stay. At most so many are named. */
  readonly widerNetworks: readonly string[];
  /** Whether the table was vacuumed. */
  readonly isVacuumed: boolean;
}

const MAX_NETWORKS = 10;

/** Counts what would be forgotten. */
export function countOfPerson(database: Database, person: Person): Promise<Forgotten> {
  return database.transaction('snapshot', () => findAndRun(database, person, sql.countRequestsOfPerson));
}

/**
 * Deletes the requests of a person in one transaction under the merge lock, and then their dead rows.
 *
 * @throws DatabaseError if the role may not delete them
 */
export async function forgetPerson(database: Database, person: Person): Promise<Forgotten> {
  await checkUndoRights(database, REQUESTS.tables);
  const forgotten = await database.transaction('writing', async () => {
    await lockMerges(database);
    return findAndRun(database, person, sql.forgetPerson);
  });
  if (forgotten.requests === 0) return forgotten;
  const isVacuumed = (await database.query(sql.findMayVacuumRequests)).rows[0]?.['may_vacuum'] === true;
  if (isVacuumed) await database.query(REQUESTS.sql.vacuumTables);
  if (database.kind === 'embedded') await database.query(sql.writeCheckpoint);
  return { ...forgotten, isVacuumed };
}

async function findAndRun(database: Database, person: Person, statement: string): Promise<Forgotten> {
  const { clients, widerNetworks } = await findClients(database, person.clients);
  const { rows } = await database.query(statement, [person.users, clients]);
  const months = rows.map((row) => ({ month: getText(row, 'month'), requests: getNumber(row, 'requests') }));
  const requests = months.reduce((sum, month) => sum + month.requests, 0);
  return { requests, months, widerNetworks, isVacuumed: false };
}

/** Finds the clients as they are stored: one address can be written in several ways. */
async function findClients(database: Database, asked: readonly string[]) {
  const clients: string[] = [];
  const widerNetworks: string[] = [];
  if (asked.length === 0) return { clients, widerNetworks };
  const isAsked = compileStoredClients(asked);
  await database.query(sql.openRequestClients);
  let rows: readonly Row[];
  do {
    ({ rows } = await database.query(sql.fetchRows));
    for (const client of rows.map((row) => getText(row, 'client'))) {
      if (isAsked(client)) clients.push(client);
      else if (widerNetworks.length < MAX_NETWORKS && isWiderThanSome(client, asked))
        widerNetworks.push(client);
    }
  } while (rows.length > 0);
  await database.query(sql.closeRows);
  return { clients, widerNetworks };
}
