/**
 * The embedded database: PostgreSQL in WebAssembly (PGlite) in a thread of this process, its files in a folder.
 * For a machine without a server. It survives kill -9, but not a power cut: it never issues an fsync.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { DatabaseError, findErrorCode, toMessage } from '../errors.js';
import { type Answer, type Copy, type Database, type QueryResult, toDatabaseError } from './database.js';
import { hasEmbeddedDatabase, toFilesFolder } from './embedded-folder.js';
import type { WorkerAnswer, WorkerData, WorkerRequest } from './embedded-worker.js';
import { type FolderLock, takeFolderLock } from './folder-lock.js';

/** Bytes of rows that are collected for one COPY: each costs a statement of its own, and each is held in memory. */
const COPY_BYTES = 256 * 1024;

/** Mebibytes that the thread may fill with what it has just made, before what is no longer used is collected. */
const YOUNG_MEBIBYTES = 8;

export interface EmbeddedOptions {
  /** The data folder; holds the lock and the database's files. */
  readonly folder: string;
  /** Seconds to wait for another process that has the folder open. */
  readonly lockWaitSeconds: number;
  /** Called before the folder's database is created for the first time. */
  readonly onCreate: () => void;
  /** Ends the wait for the folder, and the creation. */
  readonly signal: AbortSignal;
}

/**
 * Opens the database of a folder, and creates it where there is none.
 *
 * @throws DatabaseError where the folder cannot be written, or another process keeps it locked
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const { folder } = options;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await takeFolderLock(join(folder, 'lock'), options.lockWaitSeconds, options.signal);
    if (!hasEmbeddedDatabase(folder)) await createFiles(options);
    return startDatabase(options, lock);
  } catch (error) {
    if (findErrorCode(error) === undefined) throw error;
    throw new DatabaseError(`the data folder '${folder}' cannot be used: ${toMessage(error)}`, {
      hint: 'name another one with --data-dir, or a server with --database-url',
      cause: error,
    });
  }
}

/** Creates the files beside their place and renames them into it when they are whole: death here leaves no half database. */
async function createFiles({ folder, onCreate, signal }: EmbeddedOptions): Promise<void> {
  onCreate();
  const unfinished = `${toFilesFolder(folder)}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const thread = startThread(unfinished);
  const stop = () => void thread.end();
  signal.addEventListener('abort', stop);
  try {
    await thread.ask({ kind: 'execute', script: 'checkpoint' });
    await thread.ask({ kind: 'close' });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  await thread.end();
  await rename(unfinished, toFilesFolder(folder));
}

function startDatabase({ folder, lockWaitSeconds }: EmbeddedOptions, lock: FolderLock): Database {
  // null where it was ended within a statement; what it had written is found again as after a kill
  let thread: Thread | null = startThread(toFilesFolder(folder));
  const getThread = () => {
    thread ??= startThread(toFilesFolder(folder));
    return thread;
  };
  return {
    kind: 'embedded',
    name: `the embedded database in '${folder}'`,
    lockWaitSeconds,
    async begin(settings) {
      await getThread().ask({ kind: 'execute', script: `begin;\n${settings}` });
    },
    async query(statement, values = []) {
      if (thread === null && statement === 'rollback') return NOTHING;
      return getThread().ask({ kind: 'query', statement, values });
    },
    ask: (statement, values = []) => getThread().ask<Answer>({ kind: 'ask', statement, values }),
    async execute(script) {
      await getThread().ask({ kind: 'execute', script });
    },
    openCopy: async (target) => openCopy(getThread(), target),
    async cancel() {
      const busy = thread;
      if (busy === null || (await becomesIdle(busy))) return;
      thread = null;
      await busy.end();
    },
    async reconnect() {
      throw new DatabaseError('the embedded database has ended', { hint: 'run the command again' });
    },
    breakConnection: () => void thread?.end(),
    async close() {
      await thread?.ask({ kind: 'close' });
      await thread?.end();
      await lock.release();
    },
  };
}

/** What a ROLLBACK does where the transaction went with its thread. */
const NOTHING: QueryResult = { rows: [], rowCount: 0, command: 'ROLLBACK' };

/** Milliseconds that a statement is given to end by itself: the thread cannot be asked to give it up. */
const CANCEL_MS = 500;
const POLL_MS = 20;

async function becomesIdle(thread: Thread): Promise<boolean> {
  for (let waitedMs = 0; thread.isBusy() && waitedMs < CANCEL_MS; waitedMs += POLL_MS) await sleep(POLL_MS);
  return !thread.isBusy();
}

interface Thread {
  /** Whether a request waits for its answer. */
  isBusy(): boolean;
  ask<Result = QueryResult>(request: WorkerRequest, transfer?: readonly ArrayBuffer[]): Promise<Result>;
  end(): Promise<void>;
}

function startThread(folder: string): Thread {
  const worker = new Worker(new URL('./embedded-worker.js', import.meta.url), {
    workerData: { folder } satisfies WorkerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEBIBYTES },
  });
  // answers come in the order of the requests
  const waiting: { resolve: (result: never) => void; reject: (error: unknown) => void }[] = [];
  let failure: unknown = null;
  worker.on('message', (answer: WorkerAnswer) => {
    const request = waiting.shift();
    if (answer.kind === 'result') request?.resolve(answer.result as never);
    else
      request?.reject(
        toDatabaseError(
          'the embedded database',
          Object.assign(new Error(answer.message), { code: answer.code }),
        ),
      );
  });
  const fail = (error: unknown) => {
    failure = error;
    for (const request of waiting.splice(0)) request.reject(error);
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new DatabaseError('the embedded database has ended')));
  return {
    isBusy: () => waiting.length > 0,
    ask: (request, transfer = []) =>
      new Promise((resolve, reject) => {
        if (failure !== null) {
          reject(failure);
          return;
        }
        waiting.push({ resolve, reject });
        worker.postMessage(request, [...transfer]);
      }),
    async end() {
      await worker.terminate();
    },
  };
}

/** PGlite has no COPY FROM STDIN; each piece is a COPY of its own within the transaction. */
function openCopy(thread: Thread, target: string): Copy {
  let rowCount = 0;
  const copy = async (chunks: readonly Buffer[]) => {
    const rows = concatenate(chunks);
    const result = await thread.ask({ kind: 'copy', target, rows }, [rows.buffer]);
    rowCount += result.rowCount;
  };
  const writable = new Writable({
    highWaterMark: COPY_BYTES,
    decodeStrings: true,
    writev(items, done) {
      copy(items.map((item) => item.chunk as Buffer)).then(() => done(), done);
    },
  });
  return { writable, getRowCount: () => rowCount };
}

/** @returns bytes that fill a buffer of their own, so that it can be handed to the thread */
function concatenate(chunks: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
