/** Resolves the server, the role and the encryption: the URL comes before the PG* variables, and these before the defaults. */
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { parseUrl, type ServerUrl, UrlError } from './server-url.js';
import { resolveTls, type TlsSettings } from './tls-settings.js';

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
const NO_URL: ServerUrl = {
  ...{ user: null, password: null, host: null, port: null, database: null },
  parameters: new Map(),
};

const SHAPE_HINT =
  'it looks like postgres://user@host:5432/database; in user, password and database / ? @ : % are written as %2F %3F %40 %3A %25';

/**
 * @param url `postgres://...`, or null for the PG* variables
 * @param source the flag or variable that has the URL, for messages
 * @throws UsageError if the URL or a variable cannot be used; the message repeats nothing of the URL that may be secret
 */
export function resolveServer(
  url: string | null,
  environment: Environment,
  source = 'the database URL',
): ServerAddress {
  const given = url === null ? NO_URL : readUrl(url, source);
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

function readUrl(url: string, source: string): ServerUrl {
  try {
    return parseUrl(url);
  } catch (error) {
    if (!(error instanceof UrlError)) throw error;
    throw new UsageError(`${source} is not a database URL: ${error.message}`, { hint: SHAPE_HINT });
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

/** @returns the path of a file in the home folder; null if there is none */
export function findHomeFile(name: string): string | null {
  try {
    return homedir() === '' ? null : join(homedir(), name);
  } catch {
    return null;
  }
}
