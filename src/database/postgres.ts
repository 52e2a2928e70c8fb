/** A PostgreSQL server, through `pg` and `pg-copy-streams`, on one connection of its own. */
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DatabaseError, findErrorCode } from '../errors.js';
import { sendCancelRequest } from './cancel-request.js';
import { INVALID_PASSWORD, mayDependOnTls, toConnectError } from './connect-error.js';
import { createDatabase } from './create-database.js';
import { type Connection, type Database, toDatabaseError } from './database.js';
import type { LockWait } from './folder-lock.js';
import { findPassword } from './password-file.js';
import { type Environment, resolveServer, type ServerAddress, toServerName } from './server-address.js';
import { loadTlsAttempts, type TlsAttempt } from './tls-attempts.js';
import { getLast, toAnswer, VALUE_PARSERS } from './values.js';

/** Milliseconds to wait for a server that does not answer a connection attempt. */
const CONNECT_TIMEOUT_MS = 15_000;

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const parser = VALUE_PARSERS.get(oid);
    return parser !== undefined && format !== 'binary' ? parser : pg.types.getTypeParser(oid, format);
  },
};

const asText = { getTypeParser: () => (text: unknown) => text };

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
  let client = await connect(server, signal);
  const name = toServerName(server);
  const fail = (error: unknown): never => {
    throw toDatabaseError(name, error);
  };
  const renew = async () => {
    // the old connection counts as lost; its server process notices by itself
    client.end().catch(() => undefined);
    client = await connect(server, signal);
  };
  return {
    kind: 'postgres',
    name,
    async begin(settings) {
      if (EXPIRED.has(client)) await renew();
      const send = (triesLeft: number): Promise<unknown> =>
        client.query(`begin;\n${settings}`).catch(async (error: unknown) => {
          const code = findErrorCode(error);
          if (triesLeft === 0) return fail(error);
          if (code === IDLE_SESSION_TIMEOUT) await renew();
          else if (code === QUERY_CANCELED) await client.query('rollback').catch(fail);
          else return fail(error);
          return send(triesLeft - 1);
        });
      await send(BEGIN_RETRIES);
    },
    async rollback() {
      await client.query('rollback').catch(fail);
    },
    async query(statement, values = []) {
      const answer: pg.QueryResult | readonly pg.QueryResult[] = await client
        .query(statement, [...values])
        .catch(fail);
      const { rows, rowCount, command } = getLast(answer);
      return { rows, rowCount: rowCount ?? 0, command };
    },
    async ask(statement, values = []) {
      // the extended protocol takes one statement, and no more after a semicolon
      const query = {
        text: statement,
        values: [...values],
        rowMode: 'array',
        queryMode: 'extended',
        types: asText,
      };
      return toAnswer(await client.query<(string | null)[]>(query as pg.QueryArrayConfig).catch(fail));
    },
    async openCopy(target) {
      const writable = client.query(copyFrom(`copy ${target} from stdin`));
      return { writable, getRowCount: () => writable.rowCount };
    },
    cancel: () => cancel(client),
    reconnect: renew,
    breakConnection() {
      client.connection.stream.destroy();
    },
    close: () => client.end(),
  };
}

/**
 * SQLSTATE idle_session_timeout: the server has ended a connection that was idle for too long between two transactions, for
 * example while a pipe was silent. Nothing is lost, and the next transaction begins on a new connection. A setting that
 * prevented it would be seen by a pooler.
 */
const IDLE_SESSION_TIMEOUT = '57P05';

/**
 * SQLSTATE query_canceled: a statement_timeout of a millisecond may strike before the message that begins a transaction has
 * set it to none.
 */
const QUERY_CANCELED = '57014';

/** How often a transaction is begun again after one of these two. */
const BEGIN_RETRIES = 5;

/** Connections that the server has ended for being idle. */
const EXPIRED = new WeakSet<pg.Client>();

async function connect(server: ServerAddress, signal: AbortSignal): Promise<pg.Client> {
  const attempts = await loadTlsAttempts(server.tls);
  for (const [at, ssl] of attempts.entries()) {
    // the origin of the password that was sent, for the message if it is refused
    const sent: { source: string | null } = { source: null };
    try {
      return await connectOnce(server, { ssl, sent, signal });
    } catch (error) {
      if (at + 1 < attempts.length && !signal.aborted && mayDependOnTls(error)) continue;
      throw toConnectError(toServerName(server), error, sent.source);
    }
  }
  throw new Error('there is always an attempt');
}

async function connectOnce(
  server: ServerAddress,
  {
    ssl,
    sent,
    signal,
  }: {
    readonly ssl: TlsAttempt;
    readonly sent: { source: string | null };
    readonly signal: AbortSignal;
  },
): Promise<pg.Client> {
  const { host, port, user, database, applicationName, options } = server;
  const client = new pg.Client({
    ...{ host, port, user, database, ssl, keepAlive: true, types },
    ...(options === null ? {} : { options }),
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    sslnegotiation: server.tls.isDirect ? 'direct' : 'postgres',
    // called if the server wants a password; pg itself would read ~/.pgpass with warnings
    password: () => getPassword(server, sent),
  });
  const stop = () => client.connection.stream.destroy();
  signal.addEventListener('abort', stop);
  // an idle connection that breaks is reported by the next query; without a listener it would end the process
  client.on('error', (error) => {
    if (findErrorCode(error) === IDLE_SESSION_TIMEOUT) EXPIRED.add(client);
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    // if the fault is on this side, the server would go on waiting
    client.connection.stream.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Properties of a connection that pg has but does not declare. */
interface Backend {
  readonly processID?: number;
  readonly secretKey?: number;
}

async function cancel(client: pg.Client): Promise<void> {
  const { processID: processId, secretKey } = client as unknown as Backend;
  if (processId === undefined || secretKey === undefined) return;
  await sendCancelRequest({ host: client.host, port: client.port, processId, secretKey });
}

/** @throws DatabaseError if there is none: the message of pg would explain nothing */
async function getPassword(server: ServerAddress, sent: { source: string | null }): Promise<string> {
  if (server.password !== null) {
    sent.source = server.passwordSource;
    return server.password;
  }
  const found = await findPassword(server);
  if (found.password === null) {
    throw new DatabaseError('the server asks for a password, and none is given', {
      hint: found.reason,
      code: INVALID_PASSWORD,
    });
  }
  sent.source = `'${server.passwordFile}'`;
  return found.password;
}
