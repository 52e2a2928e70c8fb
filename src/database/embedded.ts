/**
 * The embedded database: PostgreSQL in WebAssembly (PGlite) in a thread of this process, its files in a folder.
 * It is for machines without a server. It survives kill -9, but not a power cut: it never issues an fsync.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Answer, Connection, Copy, Database, LockWait, QueryResult } from './database.js';
import {
  checkFolder,
  checkWay,
  FOLDER_MODE,
  hasFiles,
  makeFolder,
  makePrivate,
  toFilesFolder,
  toFolderError,
} from './embedded-folder.js';
import { connectToOwner } from './embedded-sharing.js';
import { startThread, type Thread } from './embedded-thread.js';
import { type FolderLock, takeFolderLock } from './folder-lock.js';
import { readPreparedFiles, writePreparedFiles } from './prepared-files.js';
import { shareThread } from './shared-thread.js';
import { createDatabase } from './transactions.js';

/** Bytes of rows that are collected for one COPY. Each COPY is a statement, so fewer bytes cost time, and more cost memory. */
const COPY_BYTES = 256 * 1024;

/** How the embedded database is opened. The signal also ends its creation. */
export interface EmbeddedOptions extends LockWait {
  /** The data folder; holds the lock and the database's files. */
  readonly folder: string;
  /** Called before the folder's database is created for the first time. */
  readonly onCreate: () => void;
  /** What this process is called in the messages of those who wait for it. */
  readonly command?: string;
  /** Whether the process that has the database open may be asked in its place: only what reads may do so. */
  readonly mayShare?: boolean;
}

/**
 * Opens the database of a folder, and creates it if there is none; or asks it through the process that has it open.
 *
 * @throws DatabaseError if the folder cannot be written, is another user's, or another process keeps it locked
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const { folder } = options;
  const name = toName(folder);
  let lock: FolderLock | null = null;
  try {
    checkWay(folder);
    makeFolder(folder);
    await checkFolder(folder);
    const share = options.mayShare === true ? () => connectToOwner(folder, name) : undefined;
    const taken = await takeFolderLock(join(folder, 'lock'), options, share);
    if ('kind' in taken) return createDatabase(taken, options);
    lock = taken;
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
  const shared = shareThread(folder, name);
  const { own } = shared;
  return {
    kind: 'embedded',
    isShared: false,
    name,
    async begin(settings) {
      await own((thread) => thread.ask({ kind: 'query', statement: `begin;\n${settings}`, values: [] }));
    },
    async rollback() {
      if (!shared.hasThread()) return;
      await own((thread) => thread.ask({ kind: 'query', statement: 'rollback', values: [] }));
    },
    query: (statement, values = []) => own((thread) => thread.ask({ kind: 'query', statement, values })),
    ask: (statement, values = []) => own((thread) => thread.ask<Answer>({ kind: 'ask', statement, values })),
    openCopy: async (target) => openCopy((rows) => own((thread) => copyRows(thread, target, rows))),
    cancel: shared.cancel,
    openSessions: shared.openSessions,
    openAnother: async () => null,
    reconnect: shared.restart,
    breakConnection: shared.breakThread,
    async close() {
      try {
        await shared.close();
      } finally {
        await lock.release();
      }
    },
  };
}

function copyRows(thread: Thread, target: string, rows: Uint8Array<ArrayBuffer>): Promise<QueryResult> {
  return thread.ask({ kind: 'copy', target, rows }, [rows.buffer]);
}

/** Opens a COPY. PGlite has no COPY FROM STDIN, so each piece of rows is a COPY of its own within the transaction. */
function openCopy(copyPiece: (rows: Uint8Array<ArrayBuffer>) => Promise<QueryResult>): Copy {
  let rowCount = 0;
  const copy = async (chunks: readonly Buffer[]) => {
    // a copy in a buffer of its own, which can be handed to the thread
    const result = await copyPiece(new Uint8Array(Buffer.concat(chunks)));
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
