/**
 * A line in the format `combined_ids` of which the scanner is certain, as places in the bytes. It tells its facts as
 * `parse/lines/line-facts.ts` does; a text is made of bytes only if somebody asks for it.
 */
import type { LineReader } from '../../parse/parse.js';
import type { KeyFacts } from './counts/key-kind.js';
import { type ByteSource, toByteSource } from './counts/numbers/byte-texts.js';

const SPACE = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;

/** ` HTTP/1.1` */
const PROTOCOL_BYTES = 9;
const PROTOCOL = Buffer.from(' HTTP/');

/** Bytes of a method (RFC 9110, 5.6.2). */
const METHOD = new Uint8Array(256).map((_, byte) =>
  Number(/[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte))),
);

export class ScannedLine implements KeyFacts {
  source: ByteSource = toByteSource(Buffer.alloc(0));
  day = '';
  /** Where each field begins, and what is behind it. */
  clientAt = 0;
  clientEnd = 0;
  userAt = 0;
  userEnd = 0;
  timeAt = 0;
  requestAt = 0;
  requestEnd = 0;
  methodEnd = 0;
  targetEnd = 0;
  statusAt = 0;
  sizeAt = 0;
  sizeEnd = 0;
  referrerAt = 0;
  referrerEnd = 0;
  agentAt = 0;
  agentEnd = 0;
  /** Null if it names no object. */
  contentType: string | null = null;
  idAt = 0;
  idEnd = 0;
  readonly virtualHost = null;
  readonly site: string;
  readonly #decodeText: LineReader['decode'];

  /** @param decodeText undoes the format's escapes */
  constructor(site: string, decodeText: LineReader['decode']) {
    this.site = site;
    this.#decodeText = decodeText;
  }

  /** @returns false if the request is neither `-` nor METHOD TARGET PROTOCOL in the usual way */
  splitRequest(): boolean {
    const { bytes } = this.source;
    const [start, end] = [this.requestAt, this.requestEnd];
    const targetEnd = end - PROTOCOL_BYTES;
    this.targetEnd = targetEnd;
    this.methodEnd = start;
    if (end - start === 1 && bytes[start] === MINUS) return true;
    let at = start;
    while (METHOD[bytes[at] ?? 0] === 1) at += 1;
    this.methodEnd = at;
    if (at === start || bytes[at] !== SPACE || bytes[at + 1] === SPACE || targetEnd <= at + 1) return false;
    for (let index = 0; index < PROTOCOL.length; index += 1)
      if (bytes[targetEnd + index] !== PROTOCOL[index]) return false;
    return isDigit(bytes, end - 3) && bytes[end - 2] === 0x2e && isDigit(bytes, end - 1);
  }

  get hasRequest(): boolean {
    return this.methodEnd > this.requestAt;
  }

  get method(): string | null {
    return this.hasRequest ? this.#toText(this.requestAt, this.methodEnd) : null;
  }

  get target(): string | null {
    return this.hasRequest ? this.readText(this.methodEnd + 1, this.targetEnd) : null;
  }

  get status(): string {
    return this.#toText(this.statusAt, this.statusAt + 3);
  }

  get remoteHost(): string | null {
    return this.isAbsent(this.clientAt, this.clientEnd) ? null : this.#toText(this.clientAt, this.clientEnd);
  }

  get referrer(): string | null {
    return this.#decode(this.referrerAt, this.referrerEnd);
  }

  get userAgent(): string | null {
    return this.#decode(this.agentAt, this.agentEnd);
  }

  /** The format has no further fields. */
  getExtra(): null {
    return null;
  }

  getNamed(): undefined {
    return undefined;
  }

  readStatus(): number {
    return this.#toNumber(this.statusAt, this.statusAt + 3);
  }

  /** `[14/Apr/2026:10:22:31 +0200]` */
  readHour(): number {
    return this.#toNumber(this.timeAt + 13, this.timeAt + 15);
  }

  /** @returns null if the line does not tell its size */
  readBytes(): number | null {
    return this.isAbsent(this.sizeAt, this.sizeEnd) ? null : this.#toNumber(this.sizeAt, this.sizeEnd);
  }

  /** Whether a field is `-` or empty. */
  isAbsent(from: number, to: number): boolean {
    return to === from || (to - from === 1 && this.source.bytes[from] === MINUS);
  }

  #toNumber(from: number, to: number): number {
    let number = 0;
    for (let at = from; at < to; at += 1) number = number * 10 + (this.source.bytes[at] ?? ZERO) - ZERO;
    return number;
  }

  /** Decodes what stands between two places. */
  readText(from: number, to: number): string {
    return this.#decodeText(this.#toText(from, to));
  }

  #decode(from: number, to: number): string | null {
    return this.isAbsent(from, to) ? null : this.readText(from, to);
  }

  #toText(from: number, to: number): string {
    return this.source.bytes.toString('latin1', from, to);
  }
}

function isDigit(bytes: Buffer, at: number): boolean {
  const digit = (bytes[at] ?? 0) - ZERO;
  return digit >= 0 && digit < 10;
}
