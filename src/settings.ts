/** Turns flags and environment into settings: flag before environment before default, complaints with the flag's name. */
import { findUserFolder } from './config/user-folders.js';
import type { DatabaseSettings } from './database/connect.js';
import { type Environment, resolveServer } from './database/server-address.js';
import { UsageError } from './errors.js';

export type { Environment } from './database/server-address.js';

/** The flags that choose a database, as commander delivers them. */
export interface DatabaseFlags {
  readonly databaseUrl?: string;
  readonly dataDir?: string;
  readonly lockWait?: number;
  /** Of the commands that have it. */
  readonly quiet?: true;
}

/** Seconds: another process has the embedded database open for all of its run, a server is locked by one merge at a time. */
export const DEFAULT_LOCK_WAIT = { embedded: 60, postgres: 600 } as const;

/**
 * Decides which database is meant: `--database-url` or `--data-dir`, then DATABASE_URL, PGHOST or PGDATABASE, then the
 * embedded database in LOGTALLY_DATA_DIR or the platform's data folder.
 *
 * @throws UsageError if flags contradict each other or cannot be used, or the user has no home folder
 */
export async function resolveDatabase(
  flags: DatabaseFlags,
  environment: Environment,
): Promise<DatabaseSettings> {
  if (flags.databaseUrl !== undefined && flags.dataDir !== undefined) {
    throw new UsageError('--database-url and --data-dir exclude each other', {
      hint: 'the first names a PostgreSQL server, the second the folder of the embedded database',
    });
  }
  const { lockWait } = flags;
  const toPostgres = (url: string | null): DatabaseSettings => {
    return { kind: 'postgres', url, lockWaitSeconds: lockWait ?? DEFAULT_LOCK_WAIT.postgres };
  };
  const toEmbedded = (folder: string, namedBy: string | null): DatabaseSettings => {
    return { kind: 'embedded', folder, namedBy, lockWaitSeconds: lockWait ?? DEFAULT_LOCK_WAIT.embedded };
  };
  if (flags.dataDir !== undefined) return toEmbedded(flags.dataDir, '--data-dir');
  if (flags.databaseUrl !== undefined) return toPostgres(parseServerUrl('--database-url')(flags.databaseUrl));
  const url = environment['DATABASE_URL'];
  if (url) return toPostgres(parseServerUrl('DATABASE_URL')(url));
  if (environment['PGSERVICE']) {
    throw new UsageError('PGSERVICE is set, but service files are not read', {
      hint: 'set DATABASE_URL, or PGHOST, PGDATABASE and PGUSER',
    });
  }
  if (environment['PGHOSTADDR']) {
    throw new UsageError('PGHOSTADDR is set, but only PGHOST is read', {
      hint: 'set PGHOST to the address; sslmode=verify-full needs the name in the certificate',
    });
  }
  if (environment['PGHOST'] || environment['PGDATABASE']) return toPostgres(null);
  const named = environment['LOGTALLY_DATA_DIR'];
  if (named) return toEmbedded(named, 'LOGTALLY_DATA_DIR');
  const folder = await findUserFolder('data');
  if (folder !== null) return toEmbedded(folder, null);
  throw new UsageError('there is no home folder to keep the embedded database in', {
    hint: 'name a folder with --data-dir',
  });
}

/**
 * Reads the URL of a server.
 *
 * @param source the flag or the environment variable that it comes from
 * @throws UsageError if it is something else; it may hold a password, so it is not shown
 */
export function parseServerUrl(source: string): (text: string) => string {
  return (text) => {
    resolveServer(text, {}, source);
    return text;
  };
}

/** Whether a database URL on the command line, which other users of the machine can see, holds a password. */
export function holdsPassword(url: string): boolean {
  return resolveServer(url, {}, '--database-url').password !== null;
}

/** @throws UsageError if a text is no whole number, or less than `minimum`: a bad number is never "not given" */
export function parseCount(flag: string, minimum: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= minimum) return number;
    throw new UsageError(`${flag}: '${text}' is not a whole number of at least ${minimum}`);
  };
}

/** Milliseconds of the units of a duration; without a unit it is seconds. */
const UNIT_MS: Readonly<Record<string, number>> = {
  '': 1000,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a duration: `500ms`, `90` or `90s`, `15m`, `1h`, `2d`.
 *
 * @returns what turns it into milliseconds
 * @throws UsageError if it is something else, or shorter than `leastMs`
 */
export function parseDuration(flag: string, leastMs: number): (text: string) => number {
  return (text) => {
    const [, digits = '', unit = ''] = /^(\d{1,9})(ms|[smhd]?)$/.exec(text) ?? [];
    const milliseconds = digits === '' ? Number.NaN : Number(digits) * (UNIT_MS[unit] ?? Number.NaN);
    if (milliseconds >= leastMs) return milliseconds;
    throw new UsageError(`${flag}: '${text}' is not a duration of at least ${leastMs} ms`, {
      hint: 'such as 500ms, 90s, 15m, 1h or 2d',
    });
  };
}

const SIZE = /^(\d+) ?(kB|MB|GB|TB)?$/i;
const UNITS: readonly string[] = ['kb', 'mb', 'gb', 'tb'];

/**
 * Reads a size such as `500MB` or `2 GB`, in decimal units.
 *
 * @returns bytes
 * @throws UsageError if it is none, or less than `minimum` bytes
 */
export function parseSize(flag: string, minimum: number): (text: string) => number {
  return (text) => {
    const [, number = '', unit = ''] = SIZE.exec(text) ?? [];
    const bytes = Number(number) * 1000 ** (UNITS.indexOf(unit.toLowerCase()) + 1);
    if (number !== '' && Number.isSafeInteger(bytes) && bytes >= minimum) return bytes;
    throw new UsageError(`${flag}: '${text}' is not a size of at least ${minimum} bytes`, {
      hint: 'such as 500MB or 2GB',
    });
  };
}

/** Bytes: PostgreSQL cuts longer names off. */
const MAX_NAME_BYTES = 63;

/**
 * Reads the name of a role from the command line, as it stands: neither quoted nor folded to lower case.
 *
 * @throws UsageError if no role can have it
 */
export function parseRole(flag: string): (text: string) => string {
  return (text) => {
    if (/^\P{Cc}+$/u.test(text) && Buffer.byteLength(text) <= MAX_NAME_BYTES) return text;
    throw new UsageError(`${flag}: '${text}' is not the name of a role`);
  };
}
