/** Reads the URL of a server as libpq does (PostgreSQL manual, 34.1.1.2): every part may be percent-encoded. */

/** The components of a URL; each is null if the URL does not have it. */
export interface ServerUrl {
  readonly user: string | null;
  readonly password: string | null;
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string | null;
  readonly port: string | null;
  readonly database: string | null;
  /** The parameters behind the question mark, without the five above. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Says what is wrong with a URL, and repeats nothing of it: any piece of it may be a password. */
export class UrlError extends Error {}

/** User and password end at the last @ before the host's end: one in a password is forgiven. */
const SHAPE =
  /^postgres(?:ql)?:\/\/(?:(?<login>[^/?]*)@)?(?<place>[^/?@]*)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/s;

/** `[::1]:5432`, `db.example.com:5432`, `%2Frun%2Fpostgresql`; each part may be missing. */
const PLACE = /^(?:\[(?<address>[^\]]*)\]|(?<name>[^:[\]]*))(?::(?<port>\d*))?$/;

/** @throws UrlError */
export function parseUrl(text: string): ServerUrl {
  const parts = SHAPE.exec(text)?.groups;
  if (parts === undefined) throw new UrlError('it begins with something else');
  const place = PLACE.exec(parts['place'] ?? '')?.groups;
  if (place === undefined) throw new UrlError('its host or port cannot be read');
  const [user, ...password] = (parts['login'] ?? '').split(':');
  const parameters = parseQuery(parts['query'] ?? '');
  const take = (name: string, raw: string | undefined) => {
    const value = parameters.get(name) || decode(raw ?? '');
    parameters.delete(name);
    return value === '' ? null : value;
  };
  return {
    user: take('user', user),
    password: take('password', password.join(':')),
    host: take('host', place['address'] ?? place['name']),
    port: take('port', place['port']),
    database: take('dbname', parts['path']),
    parameters,
  };
}

function parseQuery(query: string): Map<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    }),
  );
}

function decode(text: string): string {
  if (/%(?![\da-f]{2})/i.test(text)) {
    throw new UrlError('it has a % without two hexadecimal digits behind it; a % itself is written as %25');
  }
  try {
    const decoded = decodeURIComponent(text);
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // reported below
  }
  throw new UrlError('a percent-encoded part of it is not UTF-8 text');
}
