/**
 * A file to which whole lines are appended, each piece by one call of the system, so that several processes can do so at once. It is
 * never cut off: another process may have appended a line behind ours, and a reader may have read the end. If a full disk takes
 * only a part of a line, its rest is written first when there is space again, if nobody has written behind it. If somebody has,
 * the line is lost. A line that was left without its end, also by a process that died, ends before anything is written behind it.
 */
import { closeSync, fstatSync, readSync, type Stats, statSync, writeSync } from 'node:fs';
import type { Deliveries } from './deliveries.js';

const LINE_END = 0x0a;
const NEWLINE: Buffer = Buffer.from('\n');
const NOTHING: Buffer = Buffer.alloc(0);

/** Milliseconds in which a file does not grow if its last line has no writer any more: a single call takes less. */
const STILL_MS = 10;

/** A line that was written in part. */
interface TornLine {
  /** What is missing, with its end; nothing if that was not known. */
  readonly rest: Buffer;
  /** The file's size behind the part. */
  readonly size: number;
  readonly error: unknown;
}

export class AppendedFile {
  readonly path: string;
  private readonly file: number;
  private readonly identity: Pick<Stats, 'dev' | 'ino'>;
  private readonly deliveries: Deliveries;
  private torn: TornLine | null = null;
  private needsNewline: boolean;
  /** The size at which that was found out; null if no write has failed since. */
  private doubtedSize: number | null = null;
  /** Whether the last bytes of ours were the beginning of a line that goes on. */
  private isWithinLine = false;
  private ownBytes = 0;

  /** @param file a descriptor that was opened for reading and appending; the object closes it. @throws what the system refuses */
  constructor(path: string, file: number, deliveries: Deliveries) {
    this.path = path;
    this.file = file;
    this.deliveries = deliveries;
    try {
      this.identity = fstatSync(file);
      this.needsNewline = isLeftWithinLine(file);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /** Bytes that were appended through this object. */
  get bytes(): number {
    return this.ownBytes;
  }

  /** Whether its path still leads to it: it may have been renamed, deleted or replaced. */
  isInPlace(): boolean {
    try {
      const found = statSync(this.path, { throwIfNoEntry: false });
      return found?.ino === this.identity.ino && found.dev === this.identity.dev;
    } catch {
      return false;
    }
  }

  /**
   * Appends lines; what cannot be written is dropped.
   *
   * @returns whether all of it was written
   */
  append(lines: Buffer): boolean {
    let head = NOTHING;
    let all = lines;
    let written = 0;
    try {
      head = this.takeUp();
      if (head.length > 0) all = Buffer.concat([head, lines]);
      while (written < all.length) written += writeSync(this.file, all, written, all.length - written);
    } catch (error) {
      this.recordFailure(lines, all, head, written, error);
      return false;
    }
    this.record(all, head, written);
    return true;
  }

  close(): void {
    const { torn } = this;
    // the last chance of the rest of a line
    if (torn !== null && torn.rest.length > 0) this.append(NOTHING);
    if (this.torn !== null) this.giveUp(this.torn);
    try {
      closeSync(this.file);
    } catch (error) {
      // a file system of the network may say only now that it has no space
      this.deliveries.dropped({ lines: 0, bytes: 0, path: this.path, error });
    }
  }

  /** @returns what has to stand before the next line */
  private takeUp(): Buffer {
    const { torn } = this;
    if (torn === null && this.doubtedSize === null) return this.needsNewline ? NEWLINE : NOTHING;
    const { size } = fstatSync(this.file);
    if (torn !== null && torn.rest.length > 0 && size === torn.size) return torn.rest;
    if (torn !== null) this.giveUp(torn);
    // the full disk may have taken a part of another process's line
    if (size !== this.doubtedSize) this.needsNewline = isLeftWithinLine(this.file);
    this.doubtedSize = size;
    return this.needsNewline ? NEWLINE : NOTHING;
  }

  private giveUp(torn: TornLine): void {
    this.torn = null;
    const { length } = torn.rest;
    // whoever gave a line without its end counts it when the end comes
    if (length > 0) this.deliveries.dropped({ lines: 1, bytes: length, path: this.path, error: torn.error });
  }

  /** Enters what was written of `all`, which begins with `head`. */
  private record(all: Buffer, head: Buffer, written: number): void {
    if (written === 0) return;
    this.ownBytes += written;
    // the end of somebody else's line is none of ours
    const foreign = head === NEWLINE ? NEWLINE.length : 0;
    this.deliveries.written(countLines(all.subarray(0, written)) - foreign, written - foreign);
    this.torn = null;
    this.needsNewline = false;
    this.doubtedSize = null;
    this.isWithinLine = all[written - 1] !== LINE_END;
  }

  private recordFailure(lines: Buffer, all: Buffer, head: Buffer, written: number, error: unknown): void {
    this.record(all, head, written);
    this.doubtedSize ??= -1;
    let lost = lines;
    if (written > 0) {
      // 0 if the end has not come yet
      const end = this.isWithinLine ? all.indexOf(LINE_END, written) + 1 : written;
      if (this.isWithinLine) this.torn = { rest: all.subarray(written, end), size: this.findSize(), error };
      lost = all.subarray(Math.max(written, end));
    }
    this.deliveries.dropped({ lines: countLines(lost), bytes: lost.length, path: this.path, error });
  }

  /** @returns -1 if it cannot be known: then it is never what a later look finds */
  private findSize(): number {
    try {
      return fstatSync(this.file).size;
    } catch {
      return -1;
    }
  }
}

/** The ends of lines in some bytes. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, at + 1)) lines += 1;
  return lines;
}

/** Whether a file ends within a line that nobody is writing just now. */
export function isLeftWithinLine(file: number): boolean {
  for (;;) {
    const { size } = fstatSync(file);
    if (size === 0 || endsWithNewline(file, size)) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STILL_MS);
    if (fstatSync(file).size === size) return true;
  }
}

function endsWithNewline(file: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return readSync(file, last, 0, 1, size - 1) === 1 && last[0] === LINE_END;
}
