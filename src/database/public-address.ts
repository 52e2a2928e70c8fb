/** A server as others may be told of it: the URL is made of what was resolved, and a password is no part of it. */
import type { ServerAddress } from './server-address.js';

const USUAL_PORT = 5432;

/** The URL that names the same server, database, role and encryption. */
export function toPublicUrl({ host, port, user, database, tls, options }: ServerAddress): string {
  const place = host.includes(':') ? `[${host}]` : encodeURIComponent(host);
  const parameters = [
    ['sslmode', tls.mode === 'disable' ? null : tls.mode],
    ['sslrootcert', tls.rootCertificate],
    ['sslcert', tls.certificate],
    ['sslkey', tls.key],
    ['sslnegotiation', tls.isDirect ? 'direct' : null],
    ['options', options],
  ] as const;
  const query = parameters
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
  return `postgres://${encodeURIComponent(user)}@${place}${port === USUAL_PORT ? '' : `:${port}`}/${encodeURIComponent(database)}${query === '' ? '' : `?${query}`}`;
}
