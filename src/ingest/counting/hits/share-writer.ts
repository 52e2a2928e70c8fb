/**
 * Writes what a log had of many objects as one row for COPY, whose last two columns are arrays (PostgreSQL manual, "Array Input and
 * Output Syntax").
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const ZERO = 0x30;
/** A quote or a backslash within an element of an array takes a backslash, which COPY wants twice. */
const MAX_GROWTH = 4;
/** Two quotes and a comma around an id; and the digits of a number with its comma. */
const MAX_AROUND_BYTES = 16;

/** The shares of one log in the objects of a content type on a day. One row after the other uses the same memory. */
export class ShareWriter {
  #ids: Buffer = Buffer.allocUnsafe(256);
  #idsEnd = 0;
  #hits: Buffer = Buffer.allocUnsafe(256);
  #hitsEnd = 0;

  get isEmpty(): boolean {
    return this.#idsEnd === 0;
  }

  /** Adds the hits of an object, whose id lies in the bytes as COPY wants it outside an array. */
  add(bytes: Uint8Array, from: number, length: number, hits: number): void {
    this.#ids = makeRoom(this.#ids, this.#idsEnd, length * MAX_GROWTH + MAX_AROUND_BYTES);
    this.#hits = makeRoom(this.#hits, this.#hitsEnd, MAX_AROUND_BYTES);
    if (!this.isEmpty) {
      this.#ids[this.#idsEnd++] = COMMA;
      this.#hits[this.#hitsEnd++] = COMMA;
    }
    this.#writeElement(bytes, from, from + length);
    if (hits < 10) this.#hits[this.#hitsEnd++] = ZERO + hits;
    else this.#hitsEnd += this.#hits.write(String(hits), this.#hitsEnd, 'latin1');
  }

  #writeElement(bytes: Uint8Array, from: number, to: number): void {
    const ids = this.#ids;
    let end = this.#idsEnd;
    ids[end++] = QUOTE;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        ids[end++] = BACKSLASH;
        ids[end++] = BACKSLASH;
      } else if (byte === BACKSLASH && bytes[at + 1] === BACKSLASH) {
        // a backslash, which is twice in the text for COPY already; another byte behind one stands for a control character
        ids[end++] = BACKSLASH;
        ids[end++] = BACKSLASH;
        ids[end++] = BACKSLASH;
        at += 1;
      }
      ids[end++] = byte;
    }
    ids[end++] = QUOTE;
    this.#idsEnd = end;
  }

  /** Takes the row. @param before its columns before the arrays, each with its tab */
  finish(before: string): Buffer {
    const ids = this.#ids.subarray(0, this.#idsEnd);
    const hits = this.#hits.subarray(0, this.#hitsEnd);
    const row = Buffer.concat([
      Buffer.from(`${before}{`),
      ids,
      Buffer.from('}\t{'),
      hits,
      Buffer.from('}\n'),
    ]);
    this.#idsEnd = 0;
    this.#hitsEnd = 0;
    return row;
  }
}

function makeRoom(buffer: Buffer, end: number, bytes: number): Buffer {
  return end + bytes <= buffer.length
    ? buffer
    : Buffer.concat([buffer.subarray(0, end)], Math.max(buffer.length * 2, end + bytes));
}
