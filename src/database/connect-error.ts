/** Makes the errors of a server that cannot be reached or does not let the role in. */
import { DatabaseError, findErrorCode, toMessage } from '../errors.js';

/** SQLSTATE invalid_password. */
export const INVALID_PASSWORD = '28P01';

/** SQLSTATE sqlclient_unable_to_establish_sqlconnection, for errors without a code: a time-out, a closed connection. */
const CANNOT_CONNECT = '08001';

/** What pg says if the server refuses encryption. */
const NO_TLS = /does not support SSL/;

/** Connection errors by their system code, SQLSTATE (PostgreSQL manual, appendix A) or the code of OpenSSL. */
const CONNECT_HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'is the server running, and are host and port right?',
  ENOENT: 'is the server running? PGHOST names the folder of its socket',
  ENOTFOUND: 'check the host name',
  EAI_AGAIN: 'check the host name',
  '28000': "check the user and the server's pg_hba.conf",
  '3D000': 'create the database first: createdb NAME',
  '53300': 'the server has no free connection; try again later',
  CERT_HAS_EXPIRED: "the server's certificate must be renewed",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the server's certificate is for another host name; sslmode=verify-ca does not look at the name",
};

/** What OpenSSL calls a certificate that no root certificate at hand has signed. */
const UNKNOWN_ISSUER =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?)$/;

/**
 * @param name the server's name for messages
 * @param passwordSource the origin of the password that was sent; null if none was
 */
export function toConnectError(name: string, error: unknown, passwordSource: string | null): DatabaseError {
  const code = findErrorCode(error) ?? CANNOT_CONNECT;
  return new DatabaseError(`cannot connect to ${name}: ${describeConnectError(error)}`, {
    hint: findHint(code, error, passwordSource),
    code,
    cause: error,
  });
}

function findHint(code: string, error: unknown, passwordSource: string | null): string | null {
  if (error instanceof DatabaseError) return error.hint;
  const message = toMessage(error);
  if (code === INVALID_PASSWORD) {
    const source = passwordSource === null ? '' : `; the password was that of ${passwordSource}`;
    return `check user and password${source}`;
  }
  if (code === '28000' && /no encryption|SSL off/.test(message)) {
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
export function mayDependOnTls(error: unknown): boolean {
  const code = findErrorCode(error);
  if (code === undefined) return NO_TLS.test(toMessage(error)) || /SSL/.test(toMessage(error));
  return code === '28000' || code === 'EPROTO' || code === 'ECONNRESET' || code.startsWith('ERR_SSL');
}
