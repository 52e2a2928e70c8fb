// What a web server writes into `logtally pipe`, which may die at any moment. The server has the pipe open all the time, as
// Apache has: what a killed process has not taken is there for the next one.

import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findErrorCode } from '../../src/errors.js';
import { toWholeLines } from './expected.js';
import type { LogFile } from './files.js';
import { type Living, startLiving, waitUntil } from './processes.js';

/** Bytes that a killed process may have taken and not written: those of one read, and a line that had begun. */
const TAKEN_BYTES = 65_536 + 4096;

const BOTH_ENDS = constants.O_RDWR | constants.O_NONBLOCK;

export interface PipedLogOptions {
  /** Where the files are. */
  readonly folder: string;
  /** Which of the files there are its own. */
  readonly isOwn: (name: string) => boolean;
  /** Of the command, without what they share: where it writes. */
  readonly args: readonly string[];
}

export class PipedLog {
  readonly #options: PipedLogOptions;
  readonly #fifo: string;
  readonly #makeLine: () => string;
  /** What was ever read of each file; a segment gets another name when it is finished, and goes when it is counted. */
  readonly #contents = new Map<string, string>();
  #server: number | null = null;
  #process: Living | null = null;
  /** All that the server has written, in whole lines. */
  readonly #given: string[] = [];
  /** A line of which only so many bytes are written. */
  #begun: { readonly line: string; readonly cut: number } | null = null;
  #kills = 0;
  #fault = '';

  /** @param makeLine makes a line that no other line is like */
  constructor(fifo: string, options: PipedLogOptions, makeLine: () => string) {
    this.#fifo = fifo;
    this.#options = options;
    this.#makeLine = makeLine;
  }

  /** Starts a process that writes and counts, if there is none. */
  start(args: readonly string[], environment: Readonly<Record<string, string>>): void {
    if (this.isAlive) return;
    this.read();
    const input = this.#open();
    this.#process = startLiving(['pipe', ...args, ...this.#options.args], environment, input);
    this.#fault = environment['LOGTALLY_FAULT'] ?? '';
    closeSync(input);
  }

  /** The server writes lines; the last one may have begun only. */
  async give(lines: readonly string[], isPart: boolean): Promise<void> {
    if (!this.isAlive) return;
    await this.#complete();
    for (const line of lines) {
      await this.#write(line);
      this.#given.push(line);
    }
    if (!isPart) return;
    const line = this.#makeLine();
    const cut = line.indexOf('GET') + 2;
    await this.#write(line.slice(0, cut));
    this.#begun = { line, cut };
  }

  async #complete(): Promise<void> {
    if (this.#begun === null) return;
    const { line, cut } = this.#begun;
    await this.#write(line.slice(cut));
    this.#given.push(line);
    this.#begun = null;
  }

  /** @returns how many processes were killed */
  async kill(): Promise<number> {
    if (!this.#process?.isAlive()) return 0;
    this.#process.signal('SIGKILL');
    this.#kills += 1;
    await this.#process.ended;
    return 1;
  }

  /** Kills only the process that counts. @returns how many were killed */
  killCounting(): number {
    return this.#process?.isAlive() ? this.#process.killChildren() : 0;
  }

  /** Waits until all that the server has written is in files. */
  async settle(): Promise<void> {
    if (!this.isAlive) return;
    await this.give([this.#makeLine()], false);
    const last = this.#given.at(-1) ?? '';
    await waitUntil('what was piped is written', () => {
      this.read();
      return [...this.#contents.values()].some((content) => content.includes(last));
    });
    this.#check();
  }

  /** The server ends: all that it has written is written, and counted. */
  async end(): Promise<void> {
    await this.settle();
    if (this.#server !== null) closeSync(this.#server);
    this.#server = null;
    const code = await this.#process?.ended;
    if (code !== undefined && code !== null && code !== 0)
      throw new Error(`pipe ended with ${code}: ${this.#process?.getNews()}`);
    this.read();
  }

  get isAlive(): boolean {
    return this.#process?.isAlive() ?? false;
  }

  /** What the process that runs now, or the last one, has told. */
  getNews(): string {
    return this.#process?.getNews() ?? '';
  }

  /** Whether each process that counts what was written may die before it has counted anything, as the one before it did. */
  get diesAgain(): boolean {
    return this.#fault.endsWith(':kill');
  }

  /** Whether the server has ever written. */
  get isUsed(): boolean {
    return this.#given.length > 0;
  }

  /** The process is killed, and nothing is looked at any more. */
  async abandon(): Promise<void> {
    await this.kill();
    if (this.#server !== null) closeSync(this.#server);
  }

  /** Reads what has been written. @returns the files that are there, and the contents of those that have gone */
  read(): { readonly files: readonly LogFile[]; readonly gone: readonly string[] } {
    const { folder, isOwn } = this.#options;
    const names = existsSync(folder) ? readdirSync(folder).filter(isOwn) : [];
    const files = names.flatMap((name) => {
      try {
        const path = join(folder, name);
        const content = readFileSync(path, 'latin1');
        this.#contents.set(toSegment(name), content);
        return [{ path, content, packing: 'none' as const }];
      } catch (error) {
        // counted, and gone
        if (findErrorCode(error) !== 'ENOENT') throw error;
        return [];
      }
    });
    const there = new Set(names.map(toSegment));
    const gone = [...this.#contents].filter(([name]) => !there.has(name)).map(([, content]) => content);
    return { files: files.filter(({ content }) => content !== ''), gone };
  }

  #open(): number {
    if (!existsSync(this.#fifo)) {
      mkdirSync(dirname(this.#fifo), { recursive: true });
      execFileSync('mkfifo', [this.#fifo]);
    }
    this.#server ??= openSync(this.#fifo, BOTH_ENDS);
    return openSync(this.#fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  /** At once, as each write of a server's line is. */
  async #write(text: string): Promise<void> {
    const server = this.#server;
    if (server === null) throw new Error('the pipe is not open');
    await waitUntil('the pipe takes a line', () => {
      try {
        return writeSync(server, text, null, 'latin1') === text.length;
      } catch (error) {
        if (findErrorCode(error) !== 'EAGAIN') throw error;
        return false;
      }
    });
    await sleep(0);
  }

  /** @throws Error if a line is there twice, out of its order, or missing without a kill that could have taken it */
  #check(): void {
    const contents = [...this.#contents].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const written = contents.flatMap(([, content]) => toWholeLines(content).split(/(?<=\n)/));
    const numbers = new Map(this.#given.map((line, at) => [line, at]));
    const found = written.map((line) => numbers.get(line)).filter((at) => at !== undefined);
    if (found.some((at, place) => place > 0 && at <= (found[place - 1] ?? 0)))
      throw new Error(`lines that were piped are there twice, or in another order: ${found.join()}`);
    // the end of a line whose beginning a process has taken with it, or its beginning
    const parts = written.length - found.length;
    if (parts > 2 * this.#kills)
      throw new Error(`${parts} lines that nobody has piped, after ${this.#kills} kills`);
    const there = new Set(found);
    const lost = this.#given.filter((_, at) => !there.has(at));
    const lostBytes = lost.reduce((sum, line) => sum + line.length, 0);
    if (lostBytes > this.#kills * TAKEN_BYTES)
      throw new Error(
        `${lost.length} lines that were piped are lost, after ${this.#kills} kills: ${lost[0]}`,
      );
  }
}

/** A segment's name but for whether it is finished. */
function toSegment(name: string): string {
  return name.replace(/\.(?:open|log)$/, '');
}
