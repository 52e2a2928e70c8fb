/**
 * The lines that were counted from a pipe, each as a number of 64 bits: a log that was counted as a part of a pipe is
 * recognised by its first line when it is given for itself. The numbers are no digests: that two lines have the same holds
 * a log back, and counts nothing.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import { DatabaseError } from '../errors.js';
import { openSpool, type Spool } from './spool.js';

const LF = 0x0a;
const CR = 0x0d;
const HASH = 0x23;

/** Lines are looked up by the first 12 bits of their number; a row holds those of a bucket among so many lines. */
const BUCKETS = 4096;
const SEGMENT_LINES = 2 ** 19;

/** Bytes of a number, and of what is stored of it in its bucket: the last seven. */
const NUMBER_BYTES = 8;

const TARGET = 'logtally.piped_line (bucket, run_id, stream_id, marks)';

/** Who has counted lines of which log. */
interface Counted {
  readonly run: number;
  readonly streamId: number;
}

export class PipedLines {
  readonly #seed: readonly [number, number];
  #numbers = Buffer.alloc(2 ** 16);
  #used = 0;
  /** Segments that are full. */
  #spool: Spool | null = null;
  /** Of the line that has begun. */
  #first = -1;
  #low: number;
  #high: number;

  /** @param site equal lines of different sites are different lines */
  constructor(site: string) {
    this.#low = 0x811c9dc5;
    this.#high = 0x9e3779b1;
    this.update(Buffer.from(`${site}\0`));
    this.#first = -1;
    this.#seed = [this.#low, this.#high];
  }

  /** Takes the next bytes; a line that begins in them may end in the next ones. */
  update(bytes: Buffer): void {
    let low = this.#low;
    let high = this.#high;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte !== LF) {
        if (this.#first === -1) this.#first = byte;
        low = Math.imul(low ^ byte, 0x01000193);
        high = Math.imul(high ^ byte, 0x85ebca6b) ^ (high >>> 15);
        continue;
      }
      if (isEntryStart(this.#first)) this.#push(low, high);
      this.#first = -1;
      [low, high] = this.#seed;
    }
    this.#low = low;
    this.#high = high;
  }

  /** Forgets the line that has begun: what comes next begins elsewhere. */
  skip(): void {
    this.#first = -1;
    [this.#low, this.#high] = this.#seed;
  }

  /** The number of the first line; empty where there is none. */
  getFirst(): Buffer {
    return this.#numbers.subarray(0, Math.min(this.#used, NUMBER_BYTES));
  }

  /** Ends the last line, where it has no end and is counted all the same. */
  finish(): void {
    if (isEntryStart(this.#first)) this.#push(this.#low, this.#high);
    this.#first = -1;
  }

  /** Stores the lines, in the transaction that counts them. */
  async write(database: Database, counted: Counted): Promise<void> {
    if (this.#used === 0 && this.#spool === null) return;
    let sent = 0;
    const rows = (function* (pieces: Iterable<readonly string[]>) {
      for (const piece of pieces) {
        sent += piece.length;
        yield Buffer.from(piece.join(''));
      }
    })(this.#toRows(counted));
    const copy = await database.openCopy(TARGET);
    await pipeline(Readable.from(rows), copy.writable);
    if (copy.getRowCount() !== sent) {
      throw new DatabaseError(
        `${sent} rows of a pipe's lines were sent to ${database.name}, which took ${copy.getRowCount()}; nothing was stored`,
      );
    }
  }

  close(): void {
    this.#spool?.close();
  }

  #push(low: number, high: number): void {
    if (this.#used === this.#numbers.length) this.#makeRoom();
    this.#numbers.writeUInt32BE(finalize(high), this.#used);
    this.#numbers.writeUInt32BE(finalize(low ^ high), this.#used + 4);
    this.#used += NUMBER_BYTES;
  }

  #makeRoom(): void {
    if (this.#used < SEGMENT_LINES * NUMBER_BYTES) {
      this.#numbers = Buffer.concat([this.#numbers, Buffer.alloc(this.#used)]);
      return;
    }
    this.#spool ??= openSpool();
    this.#spool.append(this.#numbers);
    this.#used = 0;
  }

  *#toRows(counted: Counted): Generator<readonly string[]> {
    yield* toRows(this.#numbers.subarray(0, this.#used), counted);
    this.#spool?.rewind();
    for (let segment = this.#readSegment(); segment.length > 0; segment = this.#readSegment()) {
      yield* toRows(segment, counted);
    }
  }

  #readSegment(): Buffer {
    const pieces: Buffer[] = [];
    for (let length = 0; length < SEGMENT_LINES * NUMBER_BYTES; length += pieces.at(-1)?.length ?? 0) {
      const piece = this.#spool?.read() ?? null;
      if (piece === null) break;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }
}

/**
 * Finds the last run that has counted a line from a pipe.
 *
 * @param line without its end
 * @returns null where none has
 */
export async function findPipedRun(database: Database, site: string, line: Buffer): Promise<number | null> {
  const lines = new PipedLines(site);
  lines.update(line);
  lines.finish();
  const number = lines.getFirst();
  const mark = number.toString('hex', 1);
  const { rows } = await database.query(sql.selectPipedLines, [toBucket(number, 0)]);
  const row = rows.find((stored) => hasMark(getText(stored, 'marks'), mark));
  return row === undefined ? null : getNumber(row, 'run_id');
}

function hasMark(marks: string, mark: string): boolean {
  for (let at = marks.indexOf(mark); at !== -1; at = marks.indexOf(mark, at + 1)) {
    if (at % mark.length === 0) return true;
  }
  return false;
}

function isEntryStart(byte: number): boolean {
  return byte !== -1 && byte !== HASH && byte !== CR;
}

function toBucket(numbers: Buffer, at: number): number {
  return numbers.readUInt16BE(at) >>> 4;
}

function* toRows(numbers: Buffer, { run, streamId }: Counted): Generator<readonly string[]> {
  const marks = Array.from({ length: BUCKETS }, () => '');
  for (let at = 0; at < numbers.length; at += NUMBER_BYTES) {
    marks[toBucket(numbers, at)] += numbers.toString('hex', at + 1, at + NUMBER_BYTES);
  }
  const rows = marks.flatMap((hex, bucket) =>
    hex === '' ? [] : [`${bucket}\t${run}\t${streamId}\t\\\\x${hex}\n`],
  );
  for (let at = 0; at < rows.length; at += 256) yield rows.slice(at, at + 256);
}

/** Spreads what differs over all bits (MurmurHash3's last step). */
function finalize(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
