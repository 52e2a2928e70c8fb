/** Forgets a person: deletes the requests of users or clients that are kept as rows. What is counted stays, as it names nobody. */
import type { Database } from '../database/database.js';
import { checkUndoRights } from '../database/grants.js';
import { lockMerges } from '../database/merge-lock.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { REQUESTS } from './requests.js';
import { findStoredClients } from './stored-clients.js';

const ALL_DAYS = { since: null, until: null } as const;

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
  const { clients, widerNetworks } = await findStoredClients(database, person.clients, ALL_DAYS);
  const { rows } = await database.query(statement, [person.users, clients]);
  const months = rows.map((row) => ({ month: getText(row, 'month'), requests: getNumber(row, 'requests') }));
  const requests = months.reduce((sum, month) => sum + month.requests, 0);
  return { requests, months, widerNetworks, isVacuumed: false };
}
