/**
 * The thread in which the embedded database runs. It blocks while it works; timers, signals and progress of the main thread
 * must go on meanwhile. Requests arrive one at a time; each gets exactly one answer.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { findErrorCode, toMessage } from '../errors.js';
import type { CompiledPostgres } from './compiled-postgres.js';
import type { Answer, QueryResult } from './database.js';
import { GuardedFiles } from './guarded-files.js';
import { answerSession, type SessionAnswer, type SessionRequest } from './sessions/answer-session.js';
import { getLast, toAnswer, VALUE_PARSERS } from './values.js';

export interface WorkerData {
  /** The folder of the database's files; it is created if it is missing. */
  readonly folder: string;
  /** Null if the thread compiles PostgreSQL itself. */
  readonly compiled: CompiledPostgres | null;
}

export type WorkerRequest =
  | { readonly kind: 'query' | 'ask'; readonly statement: string; readonly values: readonly unknown[] }
  | { readonly kind: 'copy'; readonly target: string; readonly rows: Uint8Array<ArrayBuffer> }
  | ({ readonly kind: 'session' } & SessionRequest)
  | { readonly kind: 'close' };

export type WorkerAnswer =
  | {
      readonly kind: 'result';
      readonly result: QueryResult | Answer | SessionAnswer;
      /** Whether a transaction is open now. */
      readonly isInTransaction: boolean;
      /** The rows of a COPY, given back: memory of this thread is rarely collected. */
      readonly rows: Uint8Array | null;
    }
  | {
      readonly kind: 'error';
      readonly isInTransaction: boolean;
      readonly message: string;
      readonly code: string | undefined;
      /** Where in the statement the mistake is, as PostgreSQL says it. */
      readonly position: string | undefined;
    }
  /** PostgreSQL has died; no other answer follows. */
  | { readonly kind: 'ended'; readonly reason: string };

const port = parentPort;
if (port === null) throw new Error('embedded-worker is started as a thread');

/** PostgreSQL's default is four times as much. PGlite takes all of it at the start, and is no faster with it. */
const SHARED_BUFFERS = '32MB';

/** The beginning of PostgreSQL's last message before it ends. */
const LAST_WORDS = /^.*?(?:FATAL|PANIC): +/;
let lastWords: string | null = null;

const { folder, compiled } = workerData as WorkerData;
// PostgreSQL refuses to start if its lock file is empty, and a process that is killed between creating and writing it leaves
// such a file. The lock on the data folder guarantees that nobody else has the files open
rmSync(join(folder, 'postmaster.pid'), { force: true });
const files = new GuardedFiles(folder, end);
const opened = PGlite.create({
  fs: files,
  ...compiled,
  onStderr(text) {
    if (LAST_WORDS.test(text)) lastWords = text.replace(LAST_WORDS, '').replaceAll('/pglite/data/', '');
    return false;
  },
  startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${SHARED_BUFFERS}`],
  parsers: VALUE_PARSERS,
});

// without PostgreSQL nothing can be answered, not even the first request
opened.catch(end);

/** Tells why PostgreSQL has ended, and ends the thread, which may be in a loop that never returns. */
function end(error: unknown): never {
  port?.postMessage({
    kind: 'ended',
    reason: lastWords ?? files.fault ?? toMessage(error),
  } satisfies WorkerAnswer);
  // in a thread it ends only the thread
  process.exit(1);
}

/**
 * Parsers that leave values as PostgreSQL writes them: PGlite would make JavaScript values of all types for which it has a
 * parser, and of all types of arrays in the catalogue.
 */
function asText(parsers: PGlite['parsers']) {
  const types = Object.keys(parsers).map((oid) => [oid, (text: string) => text] as const);
  return { rowMode: 'array', parsers: Object.fromEntries(types) } as const;
}

/** A Blob that returns its bytes as they are: a plain one copies them when it is made and again when it is read. */
class RowsBlob extends Blob {
  readonly #rows: Uint8Array<ArrayBuffer>;

  /** @param rows fill their buffer */
  constructor(rows: Uint8Array<ArrayBuffer>) {
    super([]);
    this.#rows = rows;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#rows.buffer;
  }
}

const NOTHING: QueryResult = { rows: [], rowCount: 0, command: null };

async function answer(request: WorkerRequest): Promise<QueryResult | Answer | SessionAnswer> {
  const database = await opened;
  switch (request.kind) {
    case 'query':
      return toResult(
        request.values.length === 0
          ? getLast(await database.exec(request.statement))
          : await database.query(request.statement, [...request.values]),
      );
    case 'ask':
      return toAnswer(
        await database.query<(string | null)[]>(
          request.statement,
          [...request.values],
          asText(database.parsers),
        ),
      );
    case 'copy':
      return toResult(
        await database.query(`copy ${request.target} from '/dev/blob'`, [], {
          blob: new RowsBlob(request.rows),
        }),
      );
    case 'session':
      return answerSession(
        {
          exchange: (message, onRawData) =>
            database.execProtocolRawStream(message, { syncToFs: false, onRawData }),
          isInTransaction: () => database.isInTransaction(),
          getMemoryBytes: () => files.getMemoryBytes(),
        },
        request,
      );
    case 'close':
      await database.close();
      return NOTHING;
  }
}

function toResult(results: {
  rows: unknown[];
  affectedRows?: number;
  rowCount?: number;
  command?: string;
}): QueryResult {
  return {
    rows: results.rows as QueryResult['rows'],
    rowCount: results.rowCount ?? results.affectedRows ?? results.rows.length,
    command: results.command ?? null,
  };
}

function findPosition(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('position' in error)) return undefined;
  return typeof error.position === 'string' ? error.position : undefined;
}

port.on('message', (request: WorkerRequest) => {
  const isInTransaction = async () => request.kind !== 'close' && (await opened).isInTransaction();
  answer(request).then(
    async (result) => {
      const rows = request.kind === 'copy' ? request.rows : null;
      const answered: WorkerAnswer = {
        ...{ kind: 'result', result, rows },
        isInTransaction: await isInTransaction(),
      };
      port.postMessage(answered, rows === null ? [] : [rows.buffer]);
    },
    async (error: unknown) =>
      port.postMessage({
        kind: 'error',
        isInTransaction: await isInTransaction(),
        message: toMessage(error),
        code: findErrorCode(error),
        position: findPosition(error),
      } satisfies WorkerAnswer),
  );
});
