/** Finds clients as they are stored with requests: one address can be written in several ways, and lie in several networks. */
import { compileStoredClients, isWiderThanSome } from '../attribute/filter-values.js';
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getText } from '../database/values.js';

export interface StoredClients {
  readonly clients: readonly string[];
  /** Networks that are stored and have a client in them, but others as well; some of them. */
  readonly widerNetworks: readonly string[];
}

const MAX_NETWORKS = 10;

/**
 * Finds the clients of the requests of a period, within a transaction.
 *
 * @param asked addresses, networks, names of hosts and globs of these
 */
export async function findStoredClients(
  database: Database,
  asked: readonly string[],
  period: { readonly since: string | null; readonly until: string | null },
): Promise<StoredClients> {
  const clients: string[] = [];
  const widerNetworks: string[] = [];
  if (asked.length === 0) return { clients, widerNetworks };
  const isAsked = compileStoredClients(asked);
  await database.query(sql.openRequestClients, [period.since, period.until]);
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
