/**
 * The embedded database: PostgreSQL in WebAssembly (PGlite) in a thread of this process, its files in a folder.
 * It is for machines without a server. It survives kill -9, but not a power cut: it never issues an fsync.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from '../errors.js';
import type { Answer, Connection, Copy, Database, LockWait } from './database.js';
import {
  checkFolder,
  checkWay,
  FOLDER_MODE,
  hasFiles,
  makePrivate,
  toFilesFolder,
  toFolderError,
} from './embedded-folder.js';
import { startThread, type Thread } from './embedded-thread.js';
import { type FolderLock, takeFolderLock } from './folder-lock.js';
import { readPreparedFiles, writePreparedFiles } from './prepared-files.js';
import { createDatabase } from './transactions.js';

/** Bytes of rows that are collected for one COPY. Each COPY is a statement, so fewer bytes cost time, and more cost memory. */
const COPY_BYTES = 256 * 1024;

/** How the embedded database is opened. The signal also ends its creation. */
export interface EmbeddedOptions extends LockWait {
  /** The data folder; holds the lock and the database's files. */
  readonly folder: string;
  /** Called before the folder's database is created for the first time. */
  readonly onCreate: () => void;
}

/**
 * Opens the database of a folder, and creates it if there is none.
 *
 * @throws DatabaseError if the folder cannot be written, is another user's, or another process keeps it locked
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const { folder } = options;
  let lock: FolderLock | null = null;
  try {
    checkWay(folder);
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    await checkFolder(folder);
    lock = await takeFolderLock(join(folder, 'lock'), options);
    if (await hasFiles(folder)) await makePrivate(toFilesFolder(folder));
    else await createFiles(options);
    return createDatabase(startDatabase(folder, lock), options);
  } catch (error) {
    await lock?.release();
    throw toFolderError(folder, error);
  }
}

/** Creates the files beside their place, and renames the folder when they are complete: if the process dies, no half database is left. */
async function createFiles({ folder, onCreate, signal }: EmbeddedOptions): Promise<void> {
  onCreate();
  const unfinished = `${toFilesFolder(folder)}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const files = await readPreparedFiles();
  if (files !== null) await writePreparedFiles(unfinished, files);
  else await initialise(unfinished, toName(folder), signal);
  signal.throwIfAborted();
  await rename(unfinished, toFilesFolder(folder));
}

/**
 * Lets PostgreSQL itself make the files of an empty database in a new folder.
 *
 * @param name which database this is, for messages
 * @param signal ends it
 * @throws DatabaseError if it cannot make them
 */
export async function initialise(
  filesFolder: string,
  name: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  await mkdir(filesFolder, { mode: FOLDER_MODE });
  const thread = startThread(filesFolder, name);
  const stop = () => void thread.end();
  signal.addEventListener('abort', stop);
  try {
    await thread.ask({ kind: 'query', statement: 'checkpoint', values: [] });
    await thread.ask({ kind: 'close' });
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.end();
  }
}

function toName(folder: string): string {
  return `the embedded database in '${folder}'`;
}

function startDatabase(folder: string, lock: FolderLock): Connection {
  const name = toName(folder);
  // null if it was ended within a statement; the next thread recovers the files as after a kill
  let thread: Thread | null = startThread(toFilesFolder(folder), name);
  const getThread = () => {
    thread ??= startThread(toFilesFolder(folder), name);
    return thread;
  };
  return {
    kind: 'embedded',
    name,
    async begin(settings) {
      await getThread().ask({ kind: 'query', statement: `begin;\n${settings}`, values: [] });
    },
    async rollback() {
      await thread?.ask({ kind: 'query', statement: 'rollback', values: [] });
    },
    query: async (statement, values = []) => getThread().ask({ kind: 'query', statement, values }),
    ask: (statement, values = []) => getThread().ask<Answer>({ kind: 'ask', statement, values }),
    openCopy: async (target) => openCopy(getThread(), target),
    async cancel() {
      const busy = thread;
      if (busy === null || (await becomesIdle(busy))) return;
      thread = null;
      await busy.end();
    },
    openAnother: async () => null,
    async reconnect() {
      throw new DatabaseError(`${name} has ended`, { hint: 'run the command again' });
    },
    breakConnection: () => void thread?.end(),
    async close() {
      try {
        // if the database has ended, its last question was answered with the reason
        if (thread?.hasEnded() === false) await thread.ask({ kind: 'close' });
      } finally {
        await thread?.end();
        await lock.release();
      }
    },
  };
}

/** Milliseconds that a statement has to end by itself before the thread is ended: the thread cannot be asked to give it up. */
const CANCEL_MS = 500;
const POLL_MS = 20;

async function becomesIdle(thread: Thread): Promise<boolean> {
  for (let waitedMs = 0; thread.isBusy() && waitedMs < CANCEL_MS; waitedMs += POLL_MS) await sleep(POLL_MS);
  return !thread.isBusy();
}

/** Opens a COPY. PGlite has no COPY FROM STDIN, so each piece of rows is a COPY of its own within the transaction. */
function openCopy(thread: Thread, target: string): Copy {
  let rowCount = 0;
  const copy = async (chunks: readonly Buffer[]) => {
    // a copy in a buffer of its own, which can be handed to the thread
    const rows = new Uint8Array(Buffer.concat(chunks));
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
