// The embedded database with sessions: an owner in this process or in one of its own, and clients of all kinds.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { inject } from 'vitest';
import type { Database } from '../../src/database/database.js';
import type { Sessions } from '../../src/database/sessions/no-sessions.js';
import { keepPostgresCompiled, PROJECT_FOLDER } from './cli.js';
import { isExecutable } from './executable.js';
import { getPostgresBinaries } from './postgres-binaries.js';

const SOCKET = '.s.PGSQL.5432';

/** Copies an embedded database with its schema into a folder. */
export async function copyDatabase(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await promisify(execFile)('cp', ['-r', `${inject('embeddedTemplate')}/.`, folder]);
}

export interface Owner {
  readonly database: Database;
  readonly sessions: Sessions;
  /** What was told about the sessions. */
  readonly told: readonly string[];
}

/** Opens the database of a folder as it was built, and serves sessions. */
export async function openOwner(folder: string): Promise<Owner> {
  await keepPostgresCompiled();
  const { openEmbedded }: typeof import('../../src/database/embedded.js') = await import(
    `${PROJECT_FOLDER}dist/database/embedded.js`
  );
  const database = await openEmbedded({
    ...{ folder, lockWaitSeconds: 60, command: 'follow' },
    ...{ onWait: () => undefined, onCreate: () => undefined, signal: new AbortController().signal },
  });
  const told: string[] = [];
  return { database, sessions: await database.serveSessions((text) => told.push(text)), told };
}

/** Starts an owner that commits pairs of rows, and returns when it serves sessions. */
export async function startOwner(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(PROJECT_FOLDER, 'test/support/session-owner.mjs'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** Connects as a program with `pg` would. */
export async function openClient(folder: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: folder,
    port: 5432,
    user: 'anybody',
    database: 'anything',
    ssl: false,
  });
  // told by the statement that fails
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** The SQLSTATE with which a statement fails; `none` if it does not. */
export async function findFailure(client: pg.Client, statement: string): Promise<string> {
  return client.query(statement).then(
    () => 'none',
    (error: unknown) => (error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : String(error)),
  );
}

/** Connects without any protocol. */
export async function openSocket(folder: string): Promise<Socket> {
  const socket = connect(join(folder, SOCKET));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** The first message of a client. */
export function toStartup(): Buffer {
  const text = Buffer.from('\0\x03\0\0user\0postgres\0\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length + 4);
  return Buffer.concat([length, text]);
}

/** A message of a client. */
export function toQuery(statement: string): Buffer {
  const text = Buffer.from(`${statement}\0`);
  const header = Buffer.from('Q\0\0\0\0', 'latin1');
  header.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([header, text]);
}

/** PostgreSQL's own client; null if there is none. */
export function findPsql(): string | null {
  const beside = ['/usr/bin', ...[18, 17, 16, 15, 14].map((major) => `/usr/lib/postgresql/${major}/bin`)];
  const places = [join(getPostgresBinaries(), 'bin'), ...beside].map((place) => join(place, 'psql'));
  return places.find(isExecutable) ?? null;
}
