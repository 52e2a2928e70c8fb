/**
 * The thread of the embedded database, as the main thread sees it. If it dies, every question to it is answered with the
 * cause: nothing waits for a thread that has ended.
 */
import { Worker } from 'node:worker_threads';
import { DatabaseError, toMessage } from '../errors.js';
import type { CompiledPostgres } from './compiled-postgres.js';
import { type QueryResult, toDatabaseError } from './database.js';
import { explain, SQLSTATE } from './database-errors.js';
import type { WorkerAnswer, WorkerData, WorkerRequest } from './embedded-worker.js';

/** Mebibytes that the thread may fill with new objects before those that are no longer used are collected. */
const YOUNG_MEBIBYTES = 8;

export interface Thread {
  /** Whether a request waits for its answer. */
  isBusy(): boolean;
  /** @throws DatabaseError if the database refuses, or has ended */
  ask<Result = QueryResult>(request: WorkerRequest, transfer?: readonly ArrayBuffer[]): Promise<Result>;
  /** Whether the last answer has left a transaction open. */
  isInTransaction(): boolean;
  /** Whether it can no longer answer. */
  hasEnded(): boolean;
  end(): Promise<void>;
}

/**
 * Starts PostgreSQL over the files of a folder; if there are none, it creates them.
 *
 * @param name which database this is, for messages
 * @param compiled null if the thread is to compile PostgreSQL itself
 */
export function startThread(
  filesFolder: string,
  name: string,
  compiled: CompiledPostgres | null = null,
): Thread {
  const worker = new Worker(new URL('./embedded-worker.js', import.meta.url), {
    workerData: { folder: filesFolder, compiled } satisfies WorkerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEBIBYTES },
  });
  // answers come in the order of the requests
  const waiting: { resolve: (result: never) => void; reject: (error: unknown) => void }[] = [];
  let failure: unknown = null;
  let isInTransaction = false;
  const fail = (reason: string, cause?: unknown) => {
    // the first reason is the cause of all others
    isInTransaction = false;
    const known = ENDS.find(({ reason: pattern }) => pattern.test(reason));
    failure ??= new DatabaseError(`${name} has ended${reason === '' ? '' : `: ${reason}`}`, {
      hint: known?.hint ?? 'run the command again: what was committed is kept',
      code: known?.code,
      cause,
    });
    for (const request of waiting.splice(0)) request.reject(failure);
    void worker.terminate();
  };
  worker.on('message', (answer: WorkerAnswer) => {
    if (answer.kind !== 'ended') isInTransaction = answer.isInTransaction;
    if (answer.kind === 'ended') fail(answer.reason);
    else if (answer.kind === 'result') waiting.shift()?.resolve(answer.result as never);
    else waiting.shift()?.reject(toRefusal(name, answer));
  });
  worker.on('error', (error) => fail(toMessage(error), error));
  worker.on('messageerror', (error) => fail(toMessage(error), error));
  worker.on('exit', () => fail(''));
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
    isInTransaction: () => isInTransaction,
    hasEnded: () => failure !== null,
    async end() {
      await worker.terminate();
    },
  };
}

function toRefusal(name: string, { message, code, position }: WorkerAnswer & { kind: 'error' }): unknown {
  const error = toDatabaseError(name, Object.assign(new Error(message), { code, position }));
  const hint = code === undefined ? undefined : DISK_HINTS[code];
  if (hint === undefined || !(error instanceof DatabaseError)) return error;
  return explain(error, hint);
}

const MAKE_ROOM = 'make room on the disk of its folder and run the command again: what was committed is kept';
const CHECK_DISK =
  "see the system's log for errors of the disk, and run the command again: what was committed is kept";

/** The reasons of an end that are known: what helps, and what they would be called if PostgreSQL had answered. */
const ENDS: readonly { readonly reason: RegExp; readonly hint: string; readonly code: string }[] = [
  { reason: /ENOSPC|EDQUOT|No space left/, hint: MAKE_ROOM, code: SQLSTATE.diskFull },
  { reason: /EIO|I\/O error/, hint: CHECK_DISK, code: SQLSTATE.ioError },
  {
    reason: /EMFILE|ENFILE|[Oo]pen files/,
    hint: 'let the process open more files (ulimit -n) and run the command again',
    code: SQLSTATE.noResources,
  },
];

/** Hints for errors of a disk. */
const DISK_HINTS: Readonly<Record<string, string>> = {
  [SQLSTATE.diskFull]: MAKE_ROOM,
  [SQLSTATE.ioError]: CHECK_DISK,
  [SQLSTATE.undefinedFile]: 'were its files moved or removed? logtally verify tells whether the totals agree',
};
