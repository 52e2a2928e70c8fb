/**
 * The lock on the embedded database's folder: two processes at once would destroy the database. It is a lock of the kernel on
 * an open file, so it ends with its process, however that dies. The text in the file is only for messages.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';
import { DatabaseError, InterruptedError } from '../errors.js';
import { type LockWait, TOLD_WAIT_MS } from './database.js';

const RETRY_MS = 100;

/** The file is not opened through a symlink, which could lead to any file of the user. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the lock, waiting while another process holds it.
 *
 * @param path the lock's file, created if it is missing
 * @param wait how to wait; `command` is what this process is called in the messages of others
 * @param findOther finds something that serves as well, as often as the lock is not free
 * @throws InterruptedError
 * @throws DatabaseError if another process still holds it at the end of the wait; the message names that process
 */
export async function takeFolderLock<Other = never>(
  path: string,
  { lockWaitSeconds, onWait, signal, command }: LockWait & { readonly command?: string },
  findOther: () => Promise<Other | null> = async () => null,
): Promise<FolderLock | Other> {
  const file = await open(path, FLAGS, 0o600);
  const startedAt = Date.now();
  const deadline = startedAt + lockWaitSeconds * 1000;
  let isTold = false;
  while (!tryLock(file.fd)) {
    const other = await findOther();
    if (other !== null) {
      await file.close();
      return other;
    }
    const isLate = Date.now() >= deadline;
    if (isLate || signal.aborted) {
      const inUse = await describeUse(file);
      await file.close();
      if (!isLate) throw new InterruptedError(`interrupted; ${inUse}`);
      throw new DatabaseError(inUse, {
        hint: `wait for it to end, or wait longer than ${lockWaitSeconds} s with --lock-wait; if it never ends, as follow and pipe do, a PostgreSQL server takes both`,
      });
    }
    if (!isTold && Date.now() - startedAt >= TOLD_WAIT_MS) {
      isTold = true;
      onWait(`waiting ${lockWaitSeconds} s at most (--lock-wait): ${await describeUse(file)}`);
    }
    await sleep(RETRY_MS);
  }
  await file.truncate(0);
  const what = command === undefined ? '' : ` (logtally ${command})`;
  await file.write(`process ${process.pid}, since ${new Date().toISOString()}${what}\n`);
  return { release: () => file.close() };
}

async function describeUse(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
  const holder = buffer.toString('utf8', 0, bytesRead).trim() || 'another process';
  return `the embedded database is in use by ${holder}`;
}
