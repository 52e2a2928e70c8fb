/** Connects to a server, and explains why a server cannot be reached or does not let the role in. */
import pg from 'pg';
import { DatabaseError, findErrorCode, toMessage } from '../errors.js';
import { SQLSTATE } from './database-errors.js';
import { readPassword } from './password-file.js';
import { type ServerAddress, toServerName } from './server-address.js';
import { loadTlsAttempts, type TlsAttempt } from './tls.js';
import { VALUE_PARSERS } from './values.js';

/** Milliseconds to wait for a server that does not answer a connection attempt. */
const CONNECT_TIMEOUT_MS = 15_000;

/** How pg makes values: as the embedded database does. */
export const VALUE_TYPES = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const parser = VALUE_PARSERS[oid];
    return parser !== undefined && format !== 'binary' ? parser : pg.types.getTypeParser(oid, format);
  },
};

/** Connections that the server has ended for being idle. */
const EXPIRED = new WeakSet<pg.Client>();

/** Whether the server has ended the connection because it was idle for too long. */
export function isExpired(client: pg.Client): boolean {
  return EXPIRED.has(client);
}

/**
 * Connects to a server, in one of the ways that its encryption settings allow.
 *
 * @param signal ends the attempt
 * @throws DatabaseError if the server is not there or refuses; the message holds no password
 */
export async function connectToServer(server: ServerAddress, signal: AbortSignal): Promise<pg.Client> {
  const attempts = await loadTlsAttempts(server.tls);
  for (const [at, ssl] of attempts.entries()) {
    const attempt: Attempt = { ssl, signal, passwordSource: null };
    try {
      return await connectOnce(server, attempt);
    } catch (error) {
      if (at + 1 < attempts.length && !signal.aborted && mayDependOnTls(error)) continue;
      throw toConnectError(toServerName(server), error, attempt.passwordSource);
    }
  }
  throw new Error('there is always an attempt');
}

interface Attempt {
  readonly ssl: TlsAttempt;
  readonly signal: AbortSignal;
  /** The origin of the password that was sent, for the message if it is refused; null if none was. */
  passwordSource: string | null;
}

async function connectOnce(server: ServerAddress, attempt: Attempt): Promise<pg.Client> {
  const { host, port, user, database, applicationName, options } = server;
  const client = new pg.Client({
    ...{ host, port, user, database, ssl: attempt.ssl, keepAlive: true, types: VALUE_TYPES },
    ...(options === null ? {} : { options }),
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    sslnegotiation: server.tls.isDirect ? 'direct' : 'postgres',
    // called if the server wants a password; pg itself would read ~/.pgpass with warnings
    password: async () => {
      const password = server.password ?? (await readPassword(server));
      attempt.passwordSource = server.password === null ? `'${server.passwordFile}'` : server.passwordSource;
      return password;
    },
  });
  const stop = () => client.connection.stream.destroy();
  attempt.signal.addEventListener('abort', stop);
  // an idle connection that breaks is reported by the next query; without a listener it would end the process
  client.on('error', (error) => {
    if (findErrorCode(error) === SQLSTATE.idleSessionTimeout) EXPIRED.add(client);
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    // if the fault is on this side, the server would go on waiting
    client.connection.stream.destroy();
    throw error;
  } finally {
    attempt.signal.removeEventListener('abort', stop);
  }
}

/** What pg says if the server refuses encryption. */
const NO_TLS = /does not support SSL/;

/** Connection errors by their system code, SQLSTATE (PostgreSQL manual, appendix A) or the code of OpenSSL. */
const CONNECT_HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'is the server running, and are host and port right?',
  ENOENT: 'is the server running? PGHOST names the folder of its socket',
  ENOTFOUND: 'check the host name',
  EAI_AGAIN: 'check the host name',
  [SQLSTATE.invalidAuthorization]: "check the user and the server's pg_hba.conf",
  [SQLSTATE.noDatabase]: 'create the database first: createdb NAME',
  [SQLSTATE.tooManyConnections]: 'the server has no free connection; try again later',
  CERT_HAS_EXPIRED: "the server's certificate must be renewed",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the server's certificate is for another host name; sslmode=verify-ca does not look at the name",
};

/** What OpenSSL calls a certificate that no root certificate at hand has signed. */
const UNKNOWN_ISSUER =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?)$/;

function toConnectError(name: string, error: unknown, passwordSource: string | null): DatabaseError {
  // errors of a time-out or a closed connection have no code
  const code = findErrorCode(error) ?? SQLSTATE.cannotConnect;
  return new DatabaseError(`cannot connect to ${name}: ${describeConnectError(error)}`, {
    hint: findHint(code, error, passwordSource),
    code,
    cause: error,
  });
}

function findHint(code: string, error: unknown, passwordSource: string | null): string | null {
  if (error instanceof DatabaseError) return error.hint;
  const message = toMessage(error);
  if (code === SQLSTATE.invalidPassword) {
    const source = passwordSource === null ? '' : `; the password was that of ${passwordSource}`;
    return `check user and password${source}`;
  }
  if (code === SQLSTATE.invalidAuthorization && /no encryption|SSL off/.test(message)) {
    return "the server's pg_hba.conf has no line for a connection that is not encrypted: try sslmode=require in the URL, or PGSSLMODE";
  }
  if (UNKNOWN_ISSUER.test(code)) {
    return "sslrootcert or PGSSLROOTCERT names the file with the root certificate that has signed the server's; sslmode=require without one encrypts and does not verify";
  }
  if (NO_TLS.test(message)) {
    return 'the server has no encryption: sslmode=prefer goes on without, and so does no sslmode; ssl = on in its postgresql.conf turns it on';
  }
  return CONNECT_HINTS[code] ?? null;
}

/** Node reports a host with several addresses as an AggregateError without a message of its own. */
function describeConnectError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeConnectError).join('; ');
  return toMessage(error).replace(/^connect /, '');
}

/** Whether a connection that failed with encryption may succeed without it, or the other way round. */
function mayDependOnTls(error: unknown): boolean {
  const code = findErrorCode(error);
  if (code === undefined) return /SSL/.test(toMessage(error));
  return [SQLSTATE.invalidAuthorization, 'EPROTO', 'ECONNRESET'].includes(code) || code.startsWith('ERR_SSL');
}
