/** A PostgreSQL server, through `pg` and `pg-copy-streams`, on one connection of its own. */
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DatabaseError, findErrorCode, toMessage } from '../errors.js';
import { sendCancelRequest } from './cancel-request.js';
import { type Copy, type Database, type QueryResult, toDatabaseError } from './database.js';
import { toAnswer, VALUE_PARSERS } from './values.js';

/** Milliseconds to wait for a server that does not answer a connection attempt. */
const CONNECT_TIMEOUT_MS = 15_000;

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const parser = VALUE_PARSERS.get(oid);
    return parser !== undefined && format !== 'binary' ? parser : pg.types.getTypeParser(oid, format);
  },
};

const asText = { getTypeParser: () => (text: unknown) => text };

/**
 * Connects to a server.
 *
 * @param url `postgres://...`, or null for the PG* variables and ~/.pgpass
 * @param lockWaitSeconds how long to wait for another run that is merging
 * @param signal ends the attempt to connect
 * @throws DatabaseError where the server is not there or refuses; the message holds no password
 */
export async function connectPostgres(
  url: string | null,
  lockWaitSeconds: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<Database> {
  let client = await connect(url, signal);
  const name = toName(client);
  const fail = (error: unknown): never => {
    throw toDatabaseError(name, error);
  };
  const renew = async () => {
    // the old connection is taken to be lost; its server process notices by itself
    client.end().catch(() => undefined);
    client = await connect(url, signal);
  };
  return {
    kind: 'postgres',
    name,
    lockWaitSeconds,
    async begin(settings) {
      const script = `begin;\n${settings}`;
      if (EXPIRED.has(client)) await renew();
      await client.query(script).catch(async (error: unknown) => {
        if (findErrorCode(error) !== IDLE_SESSION_TIMEOUT) return fail(error);
        await renew();
        return client.query(script).catch(fail);
      });
    },
    async query(statement, values = []): Promise<QueryResult> {
      const { rows, rowCount, command } = await client.query(statement, [...values]).catch(fail);
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
    async execute(script) {
      await client.query(script).catch(fail);
    },
    async openCopy(target): Promise<Copy> {
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
 * SQLSTATE idle_session_timeout: the server has ended a connection that waited too long between two transactions, as while a
 * pipe is silent. Nothing is lost with it, and no setting that a pooler would not see prevents it: the next transaction
 * begins on a new connection.
 */
const IDLE_SESSION_TIMEOUT = '57P05';

/** Connections that were ended so. */
const EXPIRED = new WeakSet<pg.Client>();

async function connect(url: string | null, signal: AbortSignal): Promise<pg.Client> {
  const client = createClient(url);
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
    throw toConnectError(toName(client), error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What pg knows of the connection and does not declare. */
interface Backend {
  readonly processID?: number;
  readonly secretKey?: number;
}

async function cancel(client: pg.Client): Promise<void> {
  const { processID: processId, secretKey } = client as unknown as Backend;
  if (processId === undefined || secretKey === undefined) return;
  await sendCancelRequest({ host: client.host, port: client.port, processId, secretKey });
}

function toName(client: pg.Client): string {
  return `${client.user ?? ''}@${client.host}:${client.port}/${client.database ?? ''}`;
}

function createClient(url: string | null): pg.Client {
  try {
    return new pg.Client({
      ...(url === null ? {} : { connectionString: url }),
      application_name: 'logtally',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      types,
    });
  } catch (error) {
    throw new DatabaseError('the database URL cannot be read', {
      hint: 'it looks like postgres://user@host:5432/database',
      cause: error,
    });
  }
}

/** Connection errors by their system code or SQLSTATE (PostgreSQL manual, appendix A). */
function toConnectError(name: string, error: unknown): DatabaseError {
  const code = findErrorCode(error);
  const hint = code === undefined ? null : (HINT_OF_CODE[code] ?? null);
  return new DatabaseError(`cannot connect to ${name}: ${describeConnectError(error)}`, {
    hint,
    code: code ?? CANNOT_CONNECT,
    cause: error,
  });
}

/** SQLSTATE sqlclient_unable_to_establish_sqlconnection, for errors without a code: a time-out, a closed connection. */
const CANNOT_CONNECT = '08001';

const HINT_OF_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'is the server running, and are host and port right?',
  ENOENT: 'is the server running? PGHOST names the folder of its socket',
  ENOTFOUND: 'check the host name',
  EAI_AGAIN: 'check the host name',
  '28P01': 'check user and password; ~/.pgpass or PGPASSWORD can hold the password',
  '28000': "check the user and the server's pg_hba.conf",
  '3D000': 'create the database first: createdb NAME',
  '53300': 'the server has no free connection; try again later',
};

/** Node reports a host with several addresses as an AggregateError without a message of its own. */
function describeConnectError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(toMessage).join('; ');
  return toMessage(error);
}
