/** Turns flags and environment into settings: flag before environment before default, complaints with the flag's name. */
import { homedir } from 'node:os';
import envPaths from 'env-paths';
import type { DatabaseSettings } from './database/connect.js';
import { UsageError } from './errors.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The flags that choose a database, as commander delivers them. */
export interface DatabaseFlags {
  readonly databaseUrl?: string;
  readonly dataDir?: string;
  readonly lockWait: number;
}

const POSTGRES_URL = /^postgres(?:ql)?:\/\//;

/**
 * Decides which database is meant: `--database-url` or `--data-dir`, then DATABASE_URL, PGHOST or PGDATABASE, then the
 * embedded database in LOGTALLY_DATA_DIR or the platform's data folder.
 *
 * @throws UsageError where flags contradict each other or cannot be used
 */
export function resolveDatabase(flags: DatabaseFlags, environment: Environment): DatabaseSettings {
  if (flags.databaseUrl !== undefined && flags.dataDir !== undefined) {
    throw new UsageError('--database-url and --data-dir exclude each other', {
      hint: 'the first names a PostgreSQL server, the second the folder of the embedded database',
    });
  }
  if (flags.dataDir !== undefined) return toEmbedded(flags.dataDir, flags);
  if (flags.databaseUrl !== undefined) return toPostgres('--database-url', flags.databaseUrl);
  if (environment['DATABASE_URL']) return toPostgres('DATABASE_URL', environment['DATABASE_URL']);
  if (environment['PGSERVICE']) {
    throw new UsageError('PGSERVICE is set, but service files are not read', {
      hint: 'set DATABASE_URL, or PGHOST, PGDATABASE and PGUSER',
    });
  }
  if (environment['PGHOST'] || environment['PGDATABASE']) return { kind: 'postgres', url: null };
  return toEmbedded(environment['LOGTALLY_DATA_DIR'] || getDefaultDataFolder(), flags);
}

function toPostgres(source: string, url: string): DatabaseSettings {
  if (!POSTGRES_URL.test(url)) {
    throw new UsageError(`${source} is not a database URL`, {
      hint: 'it looks like postgres://user@host:5432/database',
    });
  }
  return { kind: 'postgres', url };
}

function toEmbedded(folder: string, flags: DatabaseFlags): DatabaseSettings {
  return { kind: 'embedded', folder, lockWaitSeconds: flags.lockWait };
}

/** @throws UsageError where the user has no home folder */
function getDefaultDataFolder(): string {
  if (homedir() === '') {
    throw new UsageError('there is no home folder to keep the embedded database in', {
      hint: 'name a folder with --data-dir',
    });
  }
  return envPaths('logtally', { suffix: '' }).data;
}

/** Whether a database URL on the command line, which other users of the machine can see, holds a password. */
export function holdsPassword(url: string): boolean {
  try {
    const { password, searchParams } = new URL(url);
    return password !== '' || searchParams.has('password');
  } catch {
    return false;
  }
}

/**
 * Reads a whole number from the command line.
 *
 * @throws UsageError where the text is anything else: a bad number is never "not given"
 */
export function parseCount(flag: string, minimum: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= minimum) return number;
    throw new UsageError(`${flag}: '${text}' is not a whole number of at least ${minimum}`);
  };
}
