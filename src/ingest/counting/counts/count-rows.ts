/** Writes the rows of counts for COPY, in pieces of about so many bytes: each becomes one message of the protocol. */
import type { CopyPiece } from '../../../database/copy.js';
import type { CountPart } from '../../../summaries/count-parts.js';
import { OBJECT_COUNT_TARGET, SITE_COUNT_TARGET } from '../../../summaries/counts.js';
import type { KeyKind } from './key-kind.js';
import type { Tally } from './numbers/tally.js';
import type { Places } from './places.js';

const PIECE_BYTES = 131_072;
/** Room for a row beside its keys and the id of its object: up to five numbers of 19 digits, a day, tabs and missing keys. */
const ROW_BYTES = 160;

/** Columns for keys in the rows of sites and of objects. */
const SITE_KEYS = 4;
const OBJECT_KEYS = 3;

const TAB = 0x09;
const LF = 0x0a;
const ZERO = 0x30;
const NULL_COLUMN = '\t\\N';
const NULL_BYTES = Buffer.from(NULL_COLUMN);
/** Numbers below this are written digit by digit, without making a text of them. */
const MAX_SMALL = 2 ** 31;

/** A part of a summary, and what was added up for it. */
export interface CountedPart {
  readonly part: CountPart;
  readonly tally: Tally;
  readonly kind: KeyKind;
}

export class CountRows {
  #target = '';
  #piece: Buffer = Buffer.alloc(0);
  #end = 0;
  #pieces: CopyPiece[] = [];

  /** Requests in the rows of each part, by its number. */
  readonly requests = new Map<number, number>();
  readonly #rowCounts = new Map<string, number>();

  /** Rows of a table that were written so far. */
  countRows(target: string): number {
    return this.#rowCounts.get(target) ?? 0;
  }

  /** Writes a row of each entry of a part. */
  writePart({ part, tally, kind: { keys, width } }: CountedPart, places: Places): void {
    const { number, hasObjects, hasBytes } = part;
    const { columns } = keys;
    const { objects } = places;
    const head = Buffer.from(`${number}\t`);
    const missing = Buffer.from(NULL_COLUMN.repeat((hasObjects ? OBJECT_KEYS : SITE_KEYS) - width));
    let requests = 0;
    this.#target = hasObjects ? OBJECT_COUNT_TARGET : SITE_COUNT_TARGET;
    for (let entry = 0; entry < tally.size; entry += 1) {
      const place = tally.getPlace(entry);
      const key = tally.getKey(entry);
      const { before, day } = hasObjects ? places.getType(place) : places.getSite(place);
      const idBytes = hasObjects ? objects.getEnd(place) - objects.getStart(place) : 0;
      this.#makeRoom(ROW_BYTES + idBytes + columns.getEnd(key) - columns.getStart(key));
      this.#write(head, 0, head.length);
      this.#write(before, 0, before.length);
      if (hasObjects) {
        this.#write(objects.bytes, objects.getStart(place), objects.getEnd(place));
        this.#piece[this.#end++] = TAB;
      }
      this.#write(day, 0, day.length);
      this.#write(columns.bytes, columns.getStart(key), columns.getEnd(key));
      this.#write(missing, 0, missing.length);
      this.#writeNumber(tally.getRequests(entry));
      const bytes = hasBytes ? tally.getBytes(entry) : null;
      if (bytes === null) this.#write(NULL_BYTES, 0, NULL_BYTES.length);
      else this.#writeNumber(bytes);
      this.#piece[this.#end++] = LF;
      requests += tally.getRequests(entry);
    }
    this.#endPiece();
    this.#rowCounts.set(this.#target, this.countRows(this.#target) + tally.size);
    this.requests.set(number, (this.requests.get(number) ?? 0) + requests);
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#piece.length) return;
    this.#endPiece();
    this.#piece = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, bytes));
  }

  #write(bytes: Buffer, from: number, to: number): void {
    const piece = this.#piece;
    let end = this.#end;
    for (let at = from; at < to; at += 1) piece[end++] = bytes[at] ?? 0;
    this.#end = end;
  }

  #writeNumber(number: number): void {
    this.#piece[this.#end++] = TAB;
    if (number >= MAX_SMALL) {
      this.#end += this.#piece.write(String(number), this.#end, 'latin1');
      return;
    }
    let digits = 1;
    for (let least = 10; least <= number; least *= 10) digits += 1;
    let rest = number | 0;
    for (let at = this.#end + digits - 1; at >= this.#end; at -= 1) {
      const next = (rest / 10) | 0;
      this.#piece[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#end += digits;
  }

  #endPiece(): void {
    if (this.#end > 0) this.#pieces.push({ target: this.#target, text: this.#piece.subarray(0, this.#end) });
    this.#piece = Buffer.alloc(0);
    this.#end = 0;
  }

  /** Takes the rows that were written; each is returned once. */
  take(): readonly CopyPiece[] {
    return this.#pieces.splice(0);
  }
}
