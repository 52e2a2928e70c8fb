/** A PostgreSQL server, through `pg` and `pg-copy-streams`, on one connection of its own. */
import { connect } from 'node:net';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { findErrorCode } from '../errors.js';
import { type Connection, type Database, type LockWait, toDatabaseError } from './database.js';
import { SQLSTATE } from './database-errors.js';
import { askStatement, runStatement } from './postgres-statements.js';
import { type Environment, resolveServer, toServerName } from './server-address.js';
import { connectToServer, isExpired } from './server-connection.js';
import { createDatabase } from './transactions.js';

interface ConnectOptions extends Pick<LockWait, 'onWait' | 'signal'> {
  readonly environment: Environment;
}

/**
 * Connects to a server.
 *
 * @param url `postgres://...`, or null for the PG* variables and ~/.pgpass
 * @param lockWaitSeconds how long to wait for another run that is merging
 * @param options `onWait` is called if that wait lasts; `signal` ends the attempt to connect; `environment` has the PG* variables
 * @throws DatabaseError if the server is not there or refuses; the message holds no password
 */
export async function connectPostgres(
  url: string | null,
  lockWaitSeconds: number,
  { onWait, ...options }: ConnectOptions = NOTHING_ELSE,
): Promise<Database> {
  return createDatabase(await openConnection(url, options), { lockWaitSeconds, onWait });
}

const NOTHING_ELSE = { onWait: () => undefined, signal: new AbortController().signal, environment: {} };

async function openConnection(
  url: string | null,
  { signal, environment }: Omit<ConnectOptions, 'onWait'>,
): Promise<Connection> {
  const server = resolveServer(url, environment);
  let client = await connectToServer(server, signal);
  const name = toServerName(server);
  const fail = (error: unknown): never => {
    throw toDatabaseError(name, error);
  };
  const renew = async () => {
    // the old connection counts as lost; its server process notices by itself
    client.end().catch(() => undefined);
    client = await connectToServer(server, signal);
  };
  return {
    kind: 'postgres',
    isShared: false,
    name,
    async begin(settings) {
      if (isExpired(client)) await renew();
      const send = (triesLeft: number): Promise<unknown> =>
        client.query(`begin;\n${settings}`).catch(async (error: unknown) => {
          const code = findErrorCode(error);
          if (triesLeft === 0) return fail(error);
          if (code === SQLSTATE.idleSessionTimeout) await renew();
          else if (code === SQLSTATE.queryCanceled) await client.query('rollback').catch(fail);
          else return fail(error);
          return send(triesLeft - 1);
        });
      await send(BEGIN_RETRIES);
    },
    async rollback() {
      await client.query('rollback').catch(fail);
    },
    query: (statement, values = []) => runStatement(client, statement, values).catch(fail),
    ask: (statement, values = []) => askStatement(client, statement, values).catch(fail),
    async openCopy(target) {
      const writable = client.query(copyFrom(`copy ${target} from stdin`));
      return { writable, getRowCount: () => writable.rowCount };
    },
    openSessions: null,
    openAnother: () => openConnection(url, { signal, environment }),
    cancel: () => cancel(client),
    reconnect: renew,
    breakConnection() {
      client.connection.stream.destroy();
    },
    close: () => client.end(),
  };
}

/**
 * How often a transaction is begun again after an idle_session_timeout or a statement_timeout. The first has ended a connection
 * that was idle between two transactions, for example while a pipe was silent: nothing is lost. The second, if it is about a
 * millisecond, strikes before the message that begins a transaction has set it to none.
 */
const BEGIN_RETRIES = 5;

const CANCEL_REQUEST_BYTES = 16;

/** Stands in the place of a protocol version. */
const CANCEL_REQUEST_CODE = 80_877_102;

/** Properties of a connection that pg has but does not declare; the server has told them. */
interface Backend {
  readonly processID?: number;
  readonly secretKey?: number;
}

/**
 * Asks the server to give a statement up (PostgreSQL manual, "Canceling Requests in Progress"). Returns when the server has
 * passed the request on or cannot be reached: the server gives no answer.
 */
async function cancel(client: pg.Client): Promise<void> {
  const { processID, secretKey } = client as unknown as Backend;
  if (processID === undefined || secretKey === undefined) return;
  const message = Buffer.alloc(CANCEL_REQUEST_BYTES);
  message.writeInt32BE(CANCEL_REQUEST_BYTES, 0);
  message.writeInt32BE(CANCEL_REQUEST_CODE, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  const { host, port } = client;
  await new Promise<void>((resolve) => {
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    // the process may end meanwhile
    socket.unref();
    socket.on('error', () => undefined).on('close', () => resolve());
    // the server closes the connection when it has told the process that runs the statement
    socket.on('end', () => socket.destroy()).resume();
    socket.write(message);
  });
}
