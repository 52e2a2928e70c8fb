/**
 * Remembers the lines that were counted from pipes, each as a number. So a log that came through a pipe among others is
 * recognised by its first lines when it is given alone. If two lines have the same number by chance, a log is held back, and
 * nothing is counted wrongly.
 */
import { copyRows } from '../../../database/copy.js';
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber, getText } from '../../../database/values.js';
import { LF, openSpool, type Spool } from '../../../source/source.js';
import { CR, HASH } from './checkpoints.js';
import {
  createSeed,
  type LineOrigin,
  MARK_BYTES,
  mix,
  NUMBER_BYTES,
  toBucket,
  toRows,
  writeNumber,
} from './line-numbers.js';
import { createLinesRoom, findRepeatedRun } from './repeated-lines.js';

/** Lines of a segment. A row of the table holds one bucket of a segment. */
const SEGMENT_LINES = 2 ** 19;

/** The number of a line is computed from so many of its first bytes. */
const NUMBERED_BYTES = 4096;

/** Buckets that are asked for at once: each has a 4,096th of all lines that ever came from pipes. */
const ASKED_BUCKETS = 16;

/** Lines by which a log is looked for in what came from pipes. */
const FIRST_LINES = 4;

const NOTHING = Buffer.alloc(0);

/** The lines of one batch of a pipe. */
export class PipedLines {
  readonly #seed: ReturnType<typeof createSeed>;
  #numbers = Buffer.alloc(2 ** 10);
  #used = 0;
  /** Lines that did not fit; null if all have. */
  #spool: Spool | null = null;
  /** The first bytes of a line whose end has not come yet; empty if there is none. */
  #begun = NOTHING;

  constructor(site: string) {
    this.#seed = createSeed(site);
  }

  /** Takes the next bytes; a line that begins in them may end in the next ones. */
  update(bytes: Buffer): void {
    let at = 0;
    if (this.#begun.length > 0) {
      const end = bytes.indexOf(LF);
      const slice = bytes.subarray(0, end === -1 ? bytes.length : end);
      this.#begun = Buffer.concat([this.#begun, slice.subarray(0, NUMBERED_BYTES - this.#begun.length)]);
      if (end === -1) return;
      this.finish();
      at = end + 1;
    }
    for (let end = bytes.indexOf(LF, at); end !== -1; end = bytes.indexOf(LF, at)) {
      this.#take(bytes, at, end);
      at = end + 1;
    }
    // copied: a piece would keep the whole chunk alive
    this.#begun = Buffer.from(bytes.subarray(at, at + NUMBERED_BYTES));
  }

  /** Forgets the line that has begun: what comes next begins elsewhere. */
  skip(): void {
    this.#begun = NOTHING;
  }

  /** The numbers of the first lines, one behind the other; fewer if there are not so many. */
  getFirst(lines: number): Buffer {
    return this.#numbers.subarray(0, Math.min(this.#used, lines * NUMBER_BYTES));
  }

  /** Ends the last line, if it has no end and is counted even so. */
  finish(): void {
    this.#take(this.#begun, 0, this.#begun.length);
    this.#begun = NOTHING;
  }

  /**
   * Finds out whether these lines hold a log that another run counted from a pipe. Call it under the merge lock.
   *
   * @returns that run; null if none does
   */
  async findRepeatedRun(database: Database, run: number): Promise<number | null> {
    const room = createLinesRoom(this.#countMostLines());
    for (const numbers of this.#segments()) {
      const found = await findRepeatedRun(database, numbers, { run, room });
      if (found !== null) return found;
    }
    return null;
  }

  /** Stores the lines, in the transaction that counts them. */
  async write(database: Database, origin: LineOrigin): Promise<void> {
    if (this.#used === 0 && this.#spool === null) return;
    const segments = this.#segments();
    const room = Buffer.alloc(this.#countMostLines() * MARK_BYTES);
    let sent = 0;
    const toText = async function* () {
      for (const numbers of segments) {
        for (const { text, count } of toRows(numbers, origin, room)) {
          sent += count;
          yield text;
        }
      }
    };
    const target = 'logtally.piped_line (bucket, run_id, stream_id, marks)';
    await copyRows(database, { target, text: toText(), countSent: () => sent });
  }

  close(): void {
    this.#spool?.close();
  }

  #take(bytes: Buffer, from: number, end: number): void {
    const first = bytes[from];
    if (from === end || first === HASH || first === CR) return;
    if (this.#used === this.#numbers.length) this.#makeRoom();
    const number = mix(bytes, from, Math.min(end, from + NUMBERED_BYTES), this.#seed);
    writeNumber(this.#numbers, this.#used, number);
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

  /** How many lines a segment has at most. */
  #countMostLines(): number {
    return this.#numbers.length / NUMBER_BYTES;
  }

  /** All lines, a segment at a time; each is there until the next one is asked for. Further lines may be taken afterwards. */
  *#segments(): Generator<Buffer> {
    if (this.#spool === null) {
      yield this.#numbers.subarray(0, this.#used);
      return;
    }
    // the spool then holds all lines, and this buffer is free to read them into
    this.#spool.append(this.#numbers.subarray(0, this.#used));
    this.#used = 0;
    this.#spool.rewind();
    for (
      let bytes = this.#spool.readInto(this.#numbers);
      bytes > 0;
      bytes = this.#spool.readInto(this.#numbers)
    )
      yield this.#numbers.subarray(0, bytes);
  }
}

/** Where the number of a line is kept, and what it is there, as hex. */
interface KeptNumber {
  readonly bucket: number;
  readonly mark: string;
}

/**
 * Finds the last run that counted, from a pipe, the first line of a log, or else the lines behind it: if the line before the log was cut
 * off, its first line came as the end of that line.
 *
 * @param heads the first bytes of some logs
 * @returns for each log that run; null if none has
 */
export async function findRunsOfFirstLines(
  database: Database,
  site: string,
  heads: readonly Buffer[],
): Promise<readonly (number | null)[]> {
  const lines = heads.map((head) => numberFirstLines(site, head));
  const runs = await findRunsOfLines(database, lines.flat());
  return lines.map(([first, ...next]) => {
    const [run] = (first && runs.get(first)) ?? [];
    if (run !== undefined) return run;
    const [ofNext = [], ...others] = next.map((line) => runs.get(line) ?? []);
    return ofNext.find((each) => others.every((other) => other.includes(each))) ?? null;
  });
}

/** @returns the runs that counted each line from a pipe, the last one first */
async function findRunsOfLines(
  database: Database,
  lines: readonly KeptNumber[],
): Promise<ReadonlyMap<KeptNumber, readonly number[]>> {
  const buckets = [...new Set(lines.map(({ bucket }) => bucket))];
  const runs = new Map<KeptNumber, readonly number[]>();
  for (let from = 0; from < buckets.length; from += ASKED_BUCKETS) {
    const asked = buckets.slice(from, from + ASKED_BUCKETS);
    const { rows } = await database.query(sql.selectPipedLines, [asked]);
    for (const line of lines.filter(({ bucket }) => asked.includes(bucket))) {
      const holding = rows.filter(
        (row) => getNumber(row, 'bucket') === line.bucket && hasMark(getText(row, 'marks'), line.mark),
      );
      runs.set(
        line,
        holding.map((row) => getNumber(row, 'run_id')),
      );
    }
  }
  return runs;
}

function numberFirstLines(site: string, head: Buffer): readonly KeptNumber[] {
  const lines = new PipedLines(site);
  lines.update(head);
  const numbers = lines.getFirst(FIRST_LINES);
  return Array.from({ length: numbers.length / NUMBER_BYTES }, (_, at) => {
    const number = numbers.subarray(at * NUMBER_BYTES, (at + 1) * NUMBER_BYTES);
    return { bucket: toBucket(number, 0), mark: number.toString('hex', 1) };
  });
}

function hasMark(marks: string, mark: string): boolean {
  for (let at = marks.indexOf(mark); at !== -1; at = marks.indexOf(mark, at + 1)) {
    if (at % mark.length === 0) return true;
  }
  return false;
}
