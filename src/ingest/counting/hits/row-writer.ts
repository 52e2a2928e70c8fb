/** Writes rows for COPY, in pieces of about so many bytes: each becomes one message of the protocol. */
const PIECE_BYTES = 131_072;
/** Room for a row beside its id: two numbers of up to ten digits, a day, tabs and the line end. */
const ROW_BYTES = 48;

const TAB = 0x09;
const LF = 0x0a;
const ZERO = 0x30;

/** The bytes of an object's id. */
export interface IdBytes {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly length: number;
}

/** Rows of the staging table: the number of a content type, an id, a day, the hits. */
export class RowWriter {
  /** Rows that were written so far. */
  rowCount = 0;
  /** Bytes of the pieces that were not taken yet. */
  waitingBytes = 0;
  #piece: Buffer = Buffer.alloc(0);
  #pieceEnd = 0;
  #pieces: Buffer[] = [];

  /**
   * Writes a row.
   *
   * @param before the number and a tab
   * @param id as COPY wants it
   * @param after a tab, the day and a tab
   */
  write(before: Buffer, { bytes, from, length }: IdBytes, after: Buffer, count: number): void {
    if (this.#pieceEnd + length + ROW_BYTES > this.#piece.length) this.#endPiece(length);
    const piece = this.#piece;
    let at = this.#pieceEnd;
    for (let index = 0; index < before.length; index += 1) piece[at++] = before[index] ?? TAB;
    for (let index = 0; index < length; index += 1) piece[at++] = bytes[from + index] ?? TAB;
    for (let index = 0; index < after.length; index += 1) piece[at++] = after[index] ?? TAB;
    if (count < 10) piece[at++] = ZERO + count;
    else at += piece.write(String(count), at, 'latin1');
    piece[at++] = LF;
    this.#pieceEnd = at;
    this.rowCount += 1;
  }

  #endPiece(idBytes: number): void {
    this.#keepPiece();
    this.#piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, idBytes + ROW_BYTES));
    this.#pieceEnd = 0;
  }

  #keepPiece(): void {
    if (this.#pieceEnd === 0) return;
    this.#pieces.push(this.#piece.subarray(0, this.#pieceEnd));
    this.waitingBytes += this.#pieceEnd;
  }

  /** Takes the pieces that are full; each is returned once. */
  take(): readonly Buffer[] {
    this.waitingBytes = 0;
    return this.#pieces.splice(0);
  }

  /** Takes all rows that are left. */
  finish(): readonly Buffer[] {
    this.#keepPiece();
    this.#piece = Buffer.alloc(0);
    this.#pieceEnd = 0;
    return this.take();
  }
}
