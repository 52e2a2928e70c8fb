/**
 * The lock on the embedded database's folder: two processes at once would destroy the database. It is a lock of the kernel on
 * an open file, so it ends with its process, however that dies. The text in the file is only for messages.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';
import { DatabaseError, InterruptedError } from '../errors.js';
import { TOLD_WAIT_MS } from './database.js';

const RETRY_MS = 100;

/** A symlink is not followed: it could lead to any file of the user. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

export interface LockWait {
  /** How long to wait at most; 0 tries once. */
  readonly lockWaitSeconds: number;
  /** Called once if the wait lasts, with what is waited for. */
  readonly onWait: (text: string) => void;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the lock, waiting while another process holds it.
 *
 * @param path the lock's file, created if it is missing
 * @throws InterruptedError
 * @throws DatabaseError if another process still holds it at the end of the wait; the message names that process
 */
export async function takeFolderLock(
  path: string,
  { lockWaitSeconds, onWait, signal }: LockWait,
): Promise<FolderLock> {
  const file = await open(path, FLAGS, 0o600);
  const startedAt = Date.now();
  const deadline = startedAt + lockWaitSeconds * 1000;
  let isTold = false;
  while (!tryLock(file.fd)) {
    if (Date.now() >= deadline) {
      const holder = await readHolder(file);
      await file.close();
      throw new DatabaseError(`the embedded database is in use by ${holder}`, {
        hint: `wait for it to end, or wait longer than ${lockWaitSeconds} s with --lock-wait`,
      });
    }
    if (signal.aborted) {
      const holder = await readHolder(file);
      await file.close();
      throw new InterruptedError(`interrupted; the embedded database is in use by ${holder}`);
    }
    if (!isTold && Date.now() - startedAt >= TOLD_WAIT_MS) {
      isTold = true;
      onWait(
        `waiting ${lockWaitSeconds} s at most (--lock-wait): the embedded database is in use by ${await readHolder(file)}`,
      );
    }
    await sleep(RETRY_MS);
  }
  await file.truncate(0);
  await file.write(`process ${process.pid}, since ${new Date().toISOString()}\n`);
  return { release: () => file.close() };
}

async function readHolder(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
  return buffer.toString('utf8', 0, bytesRead).trim() || 'another process';
}
