/** Resolves the server, the role and the encryption: the URL comes before the PG* variables, and these before the defaults. */
import { userInfo } from 'node:os';
import { UsageError } from '../errors.js';
import { findHomeFile, resolveTls, type TlsSettings } from './tls.js';

export interface ServerAddress {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Null if the password file may know it. */
  readonly password: string | null;
  /** The origin of the password, for messages: `the database URL` or `PGPASSWORD`. */
  readonly passwordSource: string;
  /** Null if the user has no home folder. */
  readonly passwordFile: string | null;
  readonly tls: TlsSettings;
  readonly applicationName: string;
  /** Options for the server's command line; null for none. */
  readonly options: string | null;
}

/** The variables that a process is given, or a test gives to the program. */
export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 5432;

/** A URL without any component. */
const EMPTY_URL = 'postgres://';

const SHAPE_HINT =
  'it looks like postgres://user@host:5432/database; in user, password and database / ? @ : % are written as %2F %3F %40 %3A %25';

/**
 * Resolves the server that a URL and the environment name.
 *
 * @param url `postgres://...`, or null for the PG* variables
 * @param source the flag or variable that has the URL, for messages
 * @throws UsageError if the URL or a variable cannot be used; the message repeats nothing of the URL that may be secret
 */
export function resolveServer(
  url: string | null,
  environment: Environment,
  source = 'the database URL',
): ServerAddress {
  const given = parseUrl(url ?? EMPTY_URL, source);
  const { parameters } = given;
  const user = given.user || environment['PGUSER'] || environment['USER'] || findUserName();
  const host = given.host || environment['PGHOST'] || 'localhost';
  if (host.includes(',')) {
    throw new UsageError(`${given.host ? source : 'PGHOST'} names several hosts`, { hint: 'name one' });
  }
  return {
    host,
    port: given.port ? parsePort(source, given.port) : parsePort('PGPORT', environment['PGPORT']),
    user,
    database: given.database || environment['PGDATABASE'] || user,
    password: given.password || environment['PGPASSWORD'] || null,
    passwordSource: given.password ? 'the database URL' : 'PGPASSWORD',
    passwordFile: parameters.get('passfile') || environment['PGPASSFILE'] || findHomeFile('.pgpass'),
    tls: resolveTls({ parameters, environment, source, host }),
    applicationName: parameters.get('application_name') || 'logtally',
    options: parameters.get('options') || null,
  };
}

/** `user@host:5432/database`, without a secret. */
export function toServerName({ user, host, port, database }: ServerAddress): string {
  return `${user}@${host}:${port}/${database}`;
}

/** User and password end at the last @ before the host's end: one in a password is forgiven. */
const SHAPE =
  /^postgres(?:ql)?:\/\/(?:(?<login>[^/?]*)@)?(?<place>[^/?@]*)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/s;

/** `[::1]:5432`, `db.example.com:5432`, `%2Frun%2Fpostgresql`; each part may be missing. */
const PLACE = /^(?:\[(?<address>[^\]]*)\]|(?<name>[^:[\]]*))(?::(?<port>\d*))?$/;

/**
 * Reads a URL as libpq does (PostgreSQL manual, 34.1.1.2): every part may be percent-encoded. A component that is missing is
 * null; `parameters` are those behind the question mark that name no component.
 */
function parseUrl(text: string, source: string) {
  const refuse = (why: string): never => {
    throw new UsageError(`${source} is not a database URL: ${why}`, { hint: SHAPE_HINT });
  };
  const decode = (raw: string): string => {
    if (/%(?![\da-f]{2})/i.test(raw)) {
      refuse('it has a % without two hexadecimal digits behind it; a % itself is written as %25');
    }
    const decoded = decodePercent(raw);
    return decoded?.includes('\0') === false
      ? decoded
      : refuse('a percent-encoded part of it is not UTF-8 text');
  };
  const parts = SHAPE.exec(text)?.groups ?? refuse('it begins with something else');
  const place = PLACE.exec(parts['place'] ?? '')?.groups ?? refuse('its host or port cannot be read');
  const [user, ...password] = (parts['login'] ?? '').split(':');
  const pairs = (parts['query'] ?? '').split('&').filter((pair) => pair !== '');
  const parameters = new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    }),
  );
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

/** @returns null if the text is not UTF-8 */
function decodePercent(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function parsePort(source: string, text: string | undefined): number {
  if (!text) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`${source}: the port is not a number from 1 to 65535`);
}

/** Finds the user's name. Cron sets no USER on some systems. */
function findUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // the user id has no entry in the system's list of users
    return '';
  }
}
