// Logs that the soak test writes itself: one that is copied and emptied, those of simulated days, and those of a real cronolog.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync } from 'node:fs';
import { chmod, rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { rotate } from './web-server.js';

const FIRST_DAY = Date.UTC(2026, 3, 14, 8, 22, 31);
const DAY_MS = 24 * 60 * 60 * 1000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A line in the format `combined_ids`, with its end. */
export function formatLine(time: Date, type: string, id: number | string): string {
  const [day = '', clock = ''] = time.toISOString().slice(0, 19).split('T');
  const stamp = `${day.slice(8)}/${MONTHS[time.getUTCMonth()]}/${day.slice(0, 4)}:${clock} +0000`;
  return `203.0.113.9 - - [${stamp}] "GET /${type}/${id} HTTP/1.1" 200 5 "-" "UA" ${type} ${id}\n`;
}

export interface EmptiedLog {
  readonly path: string;
  /** Writes a part of the next line: it is whole every other time. */
  append(): void;
  /** Copies and empties it; nothing is written meanwhile, since logrotate itself would lose that. */
  rotate(): Promise<void>;
  finishLine(): void;
}

/** @param folder is made */
export async function createEmptiedLog(folder: string): Promise<EmptiedLog> {
  mkdirSync(folder);
  await chmod(folder, 0o755);
  const path = join(folder, 'application.log');
  let serial = 0;
  let rest = '';
  let isPaused = false;
  const write = (text: string) => appendFileSync(path, text);
  const finishLine = () => {
    write(rest);
    rest = '';
  };
  return {
    path,
    append() {
      if (isPaused) return;
      if (rest !== '') return finishLine();
      serial += 1;
      const line = formatLine(new Date(), 'emptied', serial);
      const cut = serial % line.length;
      write(line.slice(0, cut));
      rest = line.slice(cut);
    },
    async rotate() {
      isPaused = true;
      finishLine();
      await rotate(path, ['copytruncate'], join(folder, 'rotation'));
      isPaused = false;
    },
    finishLine,
  };
}

export interface DatedLogs {
  /** Of the lines that are written now: `2026-04-14`. */
  readonly day: string;
  append(): void;
  /** The next day: another file, and the link moves on. */
  turn(): Promise<void>;
  /** Compresses the files of days that are over. */
  pack(): Promise<void>;
}

/**
 * Logs of days that last a few seconds.
 *
 * @param type content type of what is written
 * @param toPath the file of a day, `2026-04-14`
 * @param link leads to the file of the day, as cronolog's does
 */
export function createDatedLogs(type: string, toPath: (day: string) => string, link: string): DatedLogs {
  let day = -1;
  let path = '';
  let serial = 0;
  const over: string[] = [];
  const getDay = () => getTime().toISOString().slice(0, 10);
  const getTime = () => new Date(FIRST_DAY + day * DAY_MS);
  return {
    get day() {
      return getDay();
    },
    append() {
      serial += 1;
      if (path !== '') appendFileSync(path, formatLine(getTime(), type, serial));
    },
    async turn() {
      if (path !== '') over.push(path);
      day += 1;
      const next = toPath(getDay());
      mkdirSync(dirname(next), { recursive: true });
      appendFileSync(next, '');
      await symlink(next, `${link}.new`);
      await rename(`${link}.new`, link);
      path = next;
    },
    async pack() {
      const files = over.splice(0);
      if (files.length > 0) await promisify(execFile)('gzip', files);
    },
  };
}

export interface Cronolog {
  append(): void;
  stop(): Promise<void>;
}

/** cronolog itself, whose pattern here has a file for each second. */
export function startCronolog(pattern: string, link: string): Cronolog {
  const program = spawn('cronolog', ['-S', link, pattern], {
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC' },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  let serial = 0;
  return {
    append() {
      serial += 1;
      program.stdin.write(formatLine(new Date(), 'cronolog', serial));
    },
    async stop() {
      const exit = once(program, 'exit');
      program.stdin.end();
      await exit;
    },
  };
}
