/**
 * Reads lines in the format `combined_ids` byte by byte, several times as fast as the format's expression. The expression
 * stays the definition: the scanner leaves a line that it is not certain of to it, and a test compares the two. The scanner
 * is certain of a line whose tokens are printable ASCII, whose time has an offset of four digits, that has no backslash,
 * and that ends in two ids or in none.
 */
import { MAX_OBJECT_ID_BYTES } from '../../object-reference.js';
import type { LineReader } from '../../parse/parse.js';
import type { Account } from './account.js';
import type { ContentTypes } from './content-types.js';
import { toByteSource } from './counts/numbers/byte-texts.js';
import { HASH_FACTOR, HASH_START } from './hits/cells.js';
import type { HitCounter } from './hits/hit-counter.js';
import { createDayReader, createTypeFinder } from './scan-lookups.js';
import { ScannedLine } from './scanned-line.js';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH_SIGN = 0x23;
const PLUS = 0x2b;
const MINUS = 0x2d;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;

/** Bytes of a token of which the scanner is certain. */
const TOKEN = markBytes((byte) => byte > SPACE && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH);
/** Bytes of a remote host of which the scanner is certain; one that ends in a colon is left to the expression. */
const CLIENT = markBytes((byte) => /[\w.:%*-]/.test(String.fromCharCode(byte)));
/** Bytes that stand between quotes without an escape. */
const QUOTED = markBytes((byte) => byte !== QUOTE && byte !== BACKSLASH && byte !== LF);

const DIGIT = markBytes((byte) => byte >= ZERO && byte < COLON);

/** Sizes of more digits are left to the expression. */
const MAX_SIZE_DIGITS = 15;

/** `[14/Apr/2026:10:22:31 +0200] ` */
const TIME_BYTES = 29;

/**
 * Reads whole lines from `from` on.
 *
 * @param end behind an LF
 * @returns the beginning of the first line that was not read; `end` if all were
 */
export type Scan = (bytes: Buffer, from: number, end: number, account: Account) => number;

/** What the scan needs of its log. */
export interface ScanOptions {
  readonly counter: HitCounter;
  readonly maxLineBytes: number;
  /** The site of all lines. */
  readonly site: string;
  readonly contentTypes: ContentTypes;
  /** `14/Apr/2026` to `2026-04-14`, or null if there is no such day. */
  readonly toDay: (text: string) => string | null;
  /** Undoes the format's escapes. */
  readonly decode: LineReader['decode'];
  /** Is given each line as a request; null if only hits are counted. Then less has to be certain of a line. */
  readonly onRequest: ((line: ScannedLine) => void) | null;
}

export function createCombinedScan({
  counter,
  maxLineBytes,
  site,
  contentTypes,
  toDay,
  decode,
  onRequest,
}: ScanOptions): Scan {
  const readDay = createDayReader(toDay);
  const findType = createTypeFinder((name) => contentTypes.getKey(site, name));
  let day = '';
  let groups: number[] = [];
  const line = new ScannedLine(site, decode);
  return (bytes, from, end, account) => {
    // after each line that is not scanned, the same piece is given again
    if (bytes !== line.source.bytes) line.source = toByteSource(bytes);
    const { words } = line.source;
    let lines = 0;
    let counted = 0;
    let start = from;
    while (start < end) {
      const timeAt = bytes[start] === HASH_SIGN ? -1 : skipTokens(bytes, start, line);
      if (timeAt === -1 || !isClock(bytes, timeAt)) break;
      const ofLine = readDay(bytes, timeAt + 1);
      const agentEnd = skipRequest(bytes, words, timeAt + TIME_BYTES, line);
      if (ofLine === null || agentEnd === -1) break;
      if (onRequest !== null && !line.splitRequest()) break;
      if (ofLine !== day) {
        day = ofLine;
        groups = [];
      }
      let at = agentEnd;
      line.contentType = null;
      if (bytes[at] === SPACE) {
        const typeAt = at + 1;
        let hash = HASH_START;
        for (at = typeAt; TOKEN[bytes[at] ?? 0] === 1; at += 1)
          hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_FACTOR);
        const typeEnd = at;
        const typeHash = hash;
        const idAt = at + 1;
        hash = HASH_START;
        for (at = idAt; TOKEN[bytes[at] ?? 0] === 1; at += 1)
          hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_FACTOR);
        if (bytes[typeEnd] !== SPACE || !isLineEnd(bytes, at) || at - start > maxLineBytes) break;
        const idBytes = at - idAt;
        if (idBytes === 0 || idBytes > MAX_OBJECT_ID_BYTES) break;
        if (typeEnd !== typeAt + 1 || bytes[typeAt] !== MINUS) {
          if (idBytes === 1 && bytes[idAt] === MINUS) break;
          const typeKey = findType(bytes, typeAt, typeEnd, typeHash);
          if (typeKey === -1) break;
          const group = groups[typeKey] ?? counter.getGroup(typeKey, day);
          groups[typeKey] = group;
          counter.add(group, hash, bytes, idAt, at);
          counted += 1;
          line.contentType = contentTypes.getName(typeKey);
          line.idAt = idAt;
          line.idEnd = at;
        }
      } else if (!isLineEnd(bytes, at) || at - start > maxLineBytes) break;
      if (onRequest !== null) {
        line.day = day;
        line.timeAt = timeAt;
        onRequest(line);
      }
      lines += 1;
      start = at + (bytes[at] === CR ? 2 : 1);
    }
    account.lines += lines;
    account.counted += counted;
    account.unattributed += lines - counted;
    return start;
  };
}

function markBytes(isMarked: (byte: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, byte) => Number(isMarked(byte)));
}

/** Remote host, ident and user, the last of both tokens. @returns where the time begins, or -1 */
function skipTokens(bytes: Buffer, start: number, line: ScannedLine): number {
  let at = start;
  while (CLIENT[bytes[at] ?? 0] === 1) at += 1;
  if (at === start || bytes[at] !== SPACE || bytes[at - 1] === COLON) return -1;
  line.clientAt = start;
  line.clientEnd = at;
  at += 1;
  for (let field = 0; field < 2; field += 1) {
    const from = at;
    while (TOKEN[bytes[at] ?? 0] === 1) at += 1;
    if (at === from || bytes[at] !== SPACE) return -1;
    line.userAt = from;
    line.userEnd = at;
    at += 1;
  }
  return bytes[at] === OPEN ? at : -1;
}

/** Whether a clock and an offset stand around and behind the day: `[...........:10:22:31 +0200] `. */
function isClock(bytes: Buffer, at: number): boolean {
  const hour = toNumber(bytes, at + 13);
  const sign = bytes[at + 22];
  return (
    bytes[at + 12] === COLON &&
    hour >= 0 &&
    hour < 24 &&
    bytes[at + 15] === COLON &&
    isBelow(bytes, at + 16, 60) &&
    bytes[at + 18] === COLON &&
    isBelow(bytes, at + 19, 61) &&
    bytes[at + 21] === SPACE &&
    (sign === PLUS || sign === MINUS) &&
    isBelow(bytes, at + 23, 15) &&
    isBelow(bytes, at + 25, 60) &&
    bytes[at + 27] === CLOSE &&
    bytes[at + 28] === SPACE
  );
}

function isBelow(bytes: Buffer, at: number, limit: number): boolean {
  const number = toNumber(bytes, at);
  return number >= 0 && number < limit;
}

/** @returns the number that two digits make; -1 if one of them is none */
function toNumber(bytes: Buffer, at: number): number {
  const tens = (bytes[at] ?? 0) - ZERO;
  const ones = (bytes[at + 1] ?? 0) - ZERO;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

/** `"request" 200 5120 "referrer" "user agent"`. @returns what is behind it, or -1 */
function skipRequest(bytes: Buffer, words: DataView, start: number, line: ScannedLine): number {
  const statusAt = skipQuoted(bytes, words, start);
  if (statusAt === -1 || bytes[statusAt] !== SPACE) return -1;
  if (toNumber(bytes, statusAt + 1) === -1 || toNumber(bytes, statusAt + 2) === -1) return -1;
  if (bytes[statusAt + 4] !== SPACE) return -1;
  const sizeAt = statusAt + 5;
  let at = sizeAt;
  if (bytes[at] === MINUS) at += 1;
  else while (DIGIT[bytes[at] ?? 0] === 1) at += 1;
  if (at === sizeAt || at - sizeAt > MAX_SIZE_DIGITS || bytes[at] !== SPACE) return -1;
  const referrerEnd = skipQuoted(bytes, words, at + 1);
  if (referrerEnd === -1 || bytes[referrerEnd] !== SPACE) return -1;
  const agentEnd = skipQuoted(bytes, words, referrerEnd + 1);
  line.requestAt = start + 1;
  line.requestEnd = statusAt - 1;
  line.statusAt = statusAt + 1;
  line.sizeAt = sizeAt;
  line.sizeEnd = at;
  line.referrerAt = at + 2;
  line.referrerEnd = referrerEnd - 1;
  line.agentAt = referrerEnd + 2;
  line.agentEnd = agentEnd - 1;
  return agentEnd;
}

/** @returns what is behind the closing quote, or -1 */
function skipQuoted(bytes: Buffer, words: DataView, start: number): number {
  if (bytes[start] !== QUOTE) return -1;
  const lastWord = bytes.length - 4;
  let at = start + 1;
  while (at <= lastWord && hasNoMark(words.getInt32(at, true))) at += 4;
  while (QUOTED[bytes[at] ?? LF] === 1) at += 1;
  return bytes[at] === QUOTE ? at + 1 : -1;
}

/**
 * Whether none of four bytes is a quote, a backslash or an LF, by the test for a zero byte in a word (Warren, Hacker's
 * Delight, 6-1). A quote and an LF are tested together, so that `*` and 0x02 are taken for one: then byte by byte.
 */
function hasNoMark(word: number): boolean {
  const quote = (word & 0xd7d7d7d7) ^ 0x02020202;
  const backslash = word ^ 0x5c5c5c5c;
  const zeros = ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash);
  return (zeros & 0x80808080) === 0;
}

function isLineEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);
}
