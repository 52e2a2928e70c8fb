// Real log files in a folder, and beside them in memory what each one holds.

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FileAction, Packing } from './actions.js';

/** A file as the model knows it. */
export interface LogFile {
  readonly path: string;
  /** Unpacked, latin1; of a half-written archive it is not known, and empty here. */
  readonly content: string;
  readonly packing: Packing | 'none' | 'half';
}

/** Lines of this kind have a request of more bytes, to get to the far checkpoints with few of them. */
const MUCH = { lines: 300, filler: 3600 } as const;

/** The tools that compress; `gz` is done in process. */
const COMPRESSORS: Readonly<Record<Exclude<Packing, 'gz'>, readonly [string, ...string[]]>> = {
  bz2: ['bzip2', '-c'],
  xz: ['xz', '-0c'],
  zst: ['zstd', '-qc'],
};

export function pack(content: string, packing: Packing): Buffer {
  const bytes = Buffer.from(content, 'latin1');
  if (packing === 'gz') return gzipSync(bytes);
  const [tool, ...args] = COMPRESSORS[packing];
  return execFileSync(tool, args, { input: bytes, maxBuffer: 2 ** 26, stdio: ['pipe', 'pipe', 'ignore'] });
}

export class LogFolder {
  readonly #folder: string;
  readonly #files = new Map<string, { content: string; packing: LogFile['packing'] }>();
  /** The logs that are written to. */
  readonly #logs: string[];
  /** The lines that are begun and not ended, by the path of their file: what is still missing of each. */
  readonly #missing = new Map<string, string>();
  #serial = 0;
  #names = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#logs = ['access.log', 'other.log'].map((name) => join(folder, name));
    for (const path of this.#logs) this.#write(path, '');
  }

  /** In the shell's order. */
  get files(): readonly LogFile[] {
    return [...this.#files.keys()].sort().map((path) => this.#get(path));
  }

  /** Whether there was ever a log that begins as another one does. */
  get hasForks(): boolean {
    return this.#logs.length > 2;
  }

  apply(action: FileAction, isCounted: (content: string) => boolean): void {
    switch (action.do) {
      case 'append':
        this.#append(this.#pickLog(action.log), this.makeLines(action.lines, action.filler));
        break;
      case 'appendMuch':
        this.#append(this.#pickLog(action.log), this.makeLines(MUCH.lines, MUCH.filler));
        break;
      case 'appendPart':
        this.#appendPart(this.#pickLog(action.log));
        break;
      case 'appendJunk':
        this.#append(this.#pickLog(action.log), `httpd: caught signal ${this.#nextSerial()}\n`);
        break;
      case 'appendLate':
        this.#with(this.#pickRotated(action.file), (path) =>
          this.#append(path, this.makeLines(action.lines, 0)),
        );
        break;
      case 'fork':
        this.#fork(action);
        break;
      case 'rotate':
        this.#rotate(this.#pickLog(action.log), (path, to) => {
          this.#move(path, to);
          this.#write(path, '');
        });
        break;
      case 'copyTruncate':
        this.#rotate(this.#pickLog(action.log), (path, to) => this.#copyTruncate(path, to));
        break;
      case 'rename':
        this.#with(this.#pickRotated(action.file), (path) => this.#move(path, this.#makeName()));
        break;
      case 'copy':
        this.#with(this.#pickRotated(action.file), (path) => this.#copy(path));
        break;
      case 'compress':
        this.#with(this.#pickRotated(action.file), (path) => this.#compress(path, action.packing));
        break;
      case 'compressHalf':
        this.#with(this.#pickRotated(action.file), (path) => this.#compressHalf(path, action.part));
        break;
      case 'delete':
        this.#with(this.#pickDeletable(action.file, isCounted), (path) => {
          this.#files.delete(path);
          this.#missing.delete(path);
          rmSync(path);
        });
        break;
    }
  }

  #get(path: string): LogFile {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error(`there is no file ${path}`);
    return { path, ...file };
  }

  #with(path: string | undefined, work: (path: string) => void): void {
    if (path !== undefined) work(path);
  }

  #pickLog(choice: number): string {
    const path = this.#logs[choice % this.#logs.length];
    if (path === undefined) throw new Error('there is no log');
    return path;
  }

  #pickRotated(choice: number): string | undefined {
    return pick(
      this.files.filter(({ path, packing }) => packing === 'none' && !this.#logs.includes(path)),
      choice,
    )?.path;
  }

  #pickDeletable(choice: number, isCounted: (content: string) => boolean): string | undefined {
    const rotated = this.files.filter(({ path }) => !this.#logs.includes(path));
    return pick(
      rotated.filter(({ content, packing }) => packing === 'half' || isCounted(content)),
      choice,
    )?.path;
  }

  #nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  #makeName(): string {
    this.#names += 1;
    return join(this.#folder, `${this.#names % 2 === 0 ? 'a' : 'z'}-moved-${this.#names}`);
  }

  /** Two lines of three are requests for an object that nobody else asks for, the others share five objects. */
  #makeLine(filler: number): string {
    const serial = this.#nextSerial();
    const ids = serial % 3 === 0 ? `shared ${serial % 5}` : `single ${serial}`;
    const day = `${10 + (serial % 4)}/Apr/2026`;
    const second = `${serial % 60}`.padStart(2, '0');
    const request = `GET /${serial}${'x'.repeat(filler)} HTTP/1.1`;
    return `203.0.113.5 - - [${day}:10:00:${second} +0200] "${request}" 200 5 "-" "-" ${ids}\n`;
  }

  makeLines(lines: number, filler: number): string {
    return Array.from({ length: lines }, (_, at) => this.#makeLine((filler * (at + 1)) % (filler + 1))).join(
      '',
    );
  }

  #write(path: string, content: string): void {
    this.#files.set(path, { content, packing: 'none' });
    writeFileSync(path, content, 'latin1');
  }

  /** What is missing of a line that was begun comes first. */
  #append(path: string, lines: string): void {
    const text = `${this.#missing.get(path) ?? ''}${lines}`;
    this.#missing.delete(path);
    this.#appendText(path, text);
  }

  /** The line breaks off within its request, so that neither part of it is a record. */
  #appendPart(path: string): void {
    this.#append(path, '');
    const line = this.#makeLine(9);
    const cut = line.indexOf('GET') + 1 + (this.#serial % 8);
    this.#appendText(path, line.slice(0, cut));
    this.#missing.set(path, line.slice(cut));
  }

  #appendText(path: string, text: string): void {
    this.#files.set(path, { content: this.#get(path).content + text, packing: 'none' });
    appendFileSync(path, text, 'latin1');
  }

  #fork({ file, common, lines }: FileAction & { do: 'fork' }): void {
    const origins = this.files.map(({ content }) => content.split('\n').slice(0, -2));
    const whole = pick(
      origins.filter((content) => content.length > 0),
      file,
    );
    if (whole === undefined) return;
    const path = join(this.#folder, `fork${this.#logs.length}.log`);
    this.#logs.push(path);
    this.#write(path, `${whole.slice(0, common).join('\n')}\n${this.makeLines(lines, 20)}`);
  }

  /** Moves access.log.1 to .2 and so on, then lets `empty` make the log the new .1. */
  #rotate(path: string, empty: (path: string, to: string) => void): void {
    const prefix = `${path}.`;
    const older = this.files.flatMap((file) => {
      const [, number, ending] = file.path.startsWith(prefix)
        ? (/^(\d+)(.*)$/.exec(file.path.slice(prefix.length)) ?? [])
        : [];
      return number === undefined ? [] : [{ path: file.path, number: Number(number), ending: ending ?? '' }];
    });
    for (const { path: from, number, ending } of older.sort((a, b) => b.number - a.number)) {
      this.#move(from, `${prefix}${number + 1}${ending}`);
    }
    empty(path, `${prefix}1`);
  }

  /** The writer goes on with its line in the emptied log: its first part stays in the copy for ever. */
  #copyTruncate(path: string, to: string): void {
    copyFileSync(path, to);
    this.#files.set(to, { content: this.#get(path).content, packing: 'none' });
    truncateSync(path);
    this.#files.set(path, { content: '', packing: 'none' });
  }

  #move(from: string, to: string): void {
    const { content, packing } = this.#get(from);
    if (existsSync(to)) throw new Error(`${basename(to)} is in the way`);
    renameSync(from, to);
    this.#files.delete(from);
    this.#files.set(to, { content, packing });
    const missing = this.#missing.get(from);
    this.#missing.delete(from);
    if (missing !== undefined) this.#missing.set(to, missing);
  }

  /** Not of a line that is begun: compressed it would end one copy, while it goes on in the other. */
  #copy(path: string): void {
    const { content } = this.#get(path);
    if (content.endsWith('\n')) this.#write(this.#makeName(), content);
  }

  /** As the compressors do it: the archive is written, then the original goes. */
  #compress(path: string, packing: Packing): void {
    const { content } = this.#get(path);
    const to = `${path}.${packing}`;
    writeFileSync(to, pack(content, packing));
    rmSync(path);
    this.#files.delete(path);
    this.#missing.delete(path);
    this.#files.set(to, { content, packing });
  }

  #compressHalf(path: string, part: number): void {
    const archive = pack(this.#get(path).content, 'gz');
    const to = `${path}.gz`;
    if (this.#files.has(to)) return;
    writeFileSync(to, archive.subarray(0, Math.floor((archive.length * part) / 1000)));
    this.#files.set(to, { content: '', packing: 'half' });
  }
}

/** Chooses one of several by a number; undefined if there is none. */
export function pick<Item>(items: readonly Item[], choice: number): Item | undefined {
  return items[choice % items.length];
}
