/** The database as a user of the library sees it: something to ask, to count into, and to close. */
import { openDatabase as connect } from '../database/connect.js';
import type { Database } from '../database/database.js';
import { toObjects } from '../output/query.js';
import { resolveDatabase } from '../settings.js';
import { type OptionNames, refuseUnknown } from './known-options.js';

export interface DatabaseOptions {
  /** A server: `postgres://stats@db.example.com/stats`. Its password may stand in `~/.pgpass`, PGPASSFILE or PGPASSWORD. */
  readonly url?: string;
  /** The folder of an embedded database, which is created if it is missing. Not beside `url`. */
  readonly folder?: string;
  /** How long to wait for another run that has the database; 600 s for a server, 60 s for a folder, if it is left out. */
  readonly lockWaitSeconds?: number;
  /** Told of a wait that lasts, with what is waited for. */
  readonly onWait?: (text: string) => void;
  /** Ends a wait. */
  readonly signal?: AbortSignal;
}

const DATABASE_OPTIONS: OptionNames<DatabaseOptions> = {
  ...{ url: true, folder: true, lockWaitSeconds: true, onWait: true, signal: true },
};

export interface TallyDatabase {
  /**
   * Asks the tables by one SQL statement that only reads; values are `$1` and so on.
   *
   * @returns an object for each row, as `logtally query --json` prints it: bigint is a number as long as JavaScript has it exactly, else text; dates are text
   * @throws DatabaseError if the database refuses; UsageError if two columns have one name
   */
  query(
    statement: string,
    values?: readonly unknown[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** The databases behind those that were handed out, each with the end of what was asked of it last. */
const opened = new WeakMap<TallyDatabase, { readonly database: Database; last: Promise<unknown> }>();

/**
 * Opens a server, or the embedded database in a folder; if none is named, the one that the command would take: of DATABASE_URL, the
 * PG* variables, LOGTALLY_DATA_DIR or the platform's data folder. Nothing is created in a server until something is ingested.
 *
 * @throws UsageError if both are named, or what is named cannot be; DatabaseError if it cannot be opened
 */
export async function openDatabase(options: DatabaseOptions = {}): Promise<TallyDatabase> {
  refuseUnknown('openDatabase', options, DATABASE_OPTIONS);
  const { url, folder, lockWaitSeconds, onWait = () => undefined } = options;
  const { signal = new AbortController().signal } = options;
  const settings = await resolveDatabase(
    {
      ...(url === undefined ? {} : { databaseUrl: url }),
      ...(folder === undefined ? {} : { dataDir: folder }),
      ...(lockWaitSeconds === undefined ? {} : { lockWait: lockWaitSeconds }),
    },
    process.env,
  );
  const database = await connect(settings, {
    ...{ environment: process.env, onWait, signal, command: 'library', onlyReads: false },
    onCreate: () => undefined,
  });
  const tally: TallyDatabase = {
    query: (statement, values = []) =>
      inTurn(tally, () =>
        database.transaction('snapshot', async () => toObjects(await database.ask(statement, values))),
      ),
    close: () => inTurn(tally, () => database.close()),
  };
  opened.set(tally, { database, last: Promise.resolve() });
  return tally;
}

/**
 * Does something with a database when all that was asked of it before is done: it has one connection.
 *
 * @throws TypeError if `openDatabase` has not made it; what `work` throws
 */
export async function inTurn<Result>(
  tally: TallyDatabase,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const own = opened.get(tally);
  if (own === undefined) throw new TypeError('this is no database that openDatabase has opened');
  const before = own.last;
  const result = before.then(() => work(own.database));
  own.last = result.catch(() => undefined);
  return result;
}
