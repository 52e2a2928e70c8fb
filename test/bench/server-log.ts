// How long each statement took, as the server itself says in its log: measured from outside, without a clock in the program.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { queryOnce } from '../support/database-server.js';
import type { PostgresServer } from '../support/postgres.js';

/** Seconds since 1970 with milliseconds, the server's process, and the database (PostgreSQL manual, log_line_prefix). */
export const LOG_SETTINGS = { log_line_prefix: '%n %p %d ' };

export interface Statement {
  /** The server's process, one for each connection. */
  readonly process: number;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  readonly milliseconds: number;
  /** Its text up to the first line end: of our SQL files the first comment. */
  readonly beginning: string;
}

const STATEMENT =
  /^(\d+\.\d+) (\d+) (\S+) LOG: {2}duration: (\d+\.\d+) ms {2}(?:statement|(?:parse|bind|execute) [^:]*): (.*)$/;

/** Lets the server log every statement in a database from the next connection on. */
export async function logStatements(serverUrl: string, databaseUrl: string): Promise<void> {
  const name = pg.escapeIdentifier(toName(databaseUrl));
  await queryOnce(serverUrl, `alter database ${name} set log_min_duration_statement = 0`);
}

/** Runs work and returns the statements that the server has logged for a database meanwhile, in their order. */
export async function watchStatements(
  server: PostgresServer,
  databaseUrl: string,
  work: () => Promise<void>,
): Promise<readonly Statement[]> {
  const path = join(server.socketFolder, 'log');
  const { size } = await stat(path);
  await work();
  const lines = (await readFile(path)).subarray(size).toString('utf8').split('\n');
  return lines.flatMap((line) => {
    const [, time, process, database, milliseconds, beginning = ''] = STATEMENT.exec(line) ?? [];
    if (database !== toName(databaseUrl)) return [];
    return [
      {
        process: Number(process),
        endedAt: Number(time) * 1000,
        milliseconds: Number(milliseconds),
        beginning,
      },
    ];
  });
}

function toName(databaseUrl: string): string {
  return new URL(databaseUrl).pathname.slice(1);
}
