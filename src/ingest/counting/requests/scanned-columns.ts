/**
 * Writes what is stored of a request from the bytes of a line that was scanned. `request-reader.ts` is the definition; a test
 * holds the two against each other. Most fields are copied as they stand in the line. A text that has to be decoded, masked or
 * escaped is remembered with what became of it.
 */
import { createMask, type NetworkBits, toNetwork } from '../../../audience/audience.js';
import { COPY_NULL, escapeCopyText } from '../../../database/copy.js';
import type { RequestColumn } from '../../../summaries/own/own.js';
import { type ByteSource, ByteTexts } from '../counts/numbers/byte-texts.js';
import type { ScannedLine } from '../scanned-line.js';
import { type RowSettings, splitTarget } from './request-reader.js';
import { isPlain, type RowBytes } from './row-bytes.js';

/** Adds the column of a request to a row. */
export type WriteColumn = (row: RowBytes, line: ScannedLine) => void;

export type ColumnWriters = Readonly<Record<RequestColumn, WriteColumn>>;

/** All texts of a field are forgotten when there are so many, or so many bytes of them. */
const MAX_TEXTS = 16_384;
const MAX_TEXT_BYTES = 4_194_304;

const NULL = Buffer.from(COPY_NULL);
const ZERO = 0x30;
const QUESTION_MARK = 0x3f;

/** In `[14/Apr/2026:10:22:31 +0200]` */
const CLOCK_AT = 13;
const CLOCK_END = 21;
const OFFSET_AT = 22;
const OFFSET_MINUTES_AT = 25;
const OFFSET_END = 27;

/** What became of texts, by their bytes. */
class Remembered<Result> {
  readonly #texts = new ByteTexts();
  readonly #make: (line: ScannedLine, from: number, to: number) => Result;
  #results: Result[] = [];

  constructor(make: (line: ScannedLine, from: number, to: number) => Result) {
    this.#make = make;
  }

  find(line: ScannedLine, from: number, to: number): Result {
    const number = this.#texts.find(line.source, from, to);
    const known = this.#results[number];
    if (known !== undefined) return known;
    const result = this.#make(line, from, to);
    if (this.#texts.size > MAX_TEXTS || this.#texts.length > MAX_TEXT_BYTES) {
      this.#texts.clear();
      this.#results = [];
    } else this.#results[number] = result;
    return result;
  }
}

/** The writers of the columns of scanned lines; those of fields that the format does not have write null. */
export function createColumnWriters({
  secretNames,
  clientBits,
}: Pick<RowSettings, 'secretNames' | 'clientBits'>): ColumnWriters {
  const mask = createMask(secretNames);
  const target = new Target(mask);
  const texts = new Remembered((line, from, to) => toColumn(mask(line.readText(from, to))));
  const types = new Map<string | null, Buffer>([[null, NULL]]);
  return {
    site: (row, { site }) => row.addText(escapeCopyText(site)),
    day: (row, line) => row.addAscii(line.day),
    requested_at: addTime,
    client: createClientWriter(clientBits),
    user_name: (row, line) => addFieldOrNull(row, line, line.userAt, line.userEnd),
    session: addNull,
    method: (row, line) => {
      if (!line.hasRequest) row.add(NULL);
      else addText(row, line, line.requestAt, line.methodEnd, texts);
    },
    path: target.writePath,
    query: target.writeQuery,
    status: (row, line) => addNumber(row, line, line.statusAt, line.statusAt + 3),
    bytes: (row, line) => {
      if (!addIfAbsent(row, line, line.sizeAt, line.sizeEnd)) addNumber(row, line, line.sizeAt, line.sizeEnd);
    },
    referrer: (row, line) => addTextOrNull(row, line, line.referrerAt, line.referrerEnd, texts),
    user_agent: (row, line) => addTextOrNull(row, line, line.agentAt, line.agentEnd, texts),
    extra: addNull,
    content_type: (row, { contentType }) => {
      let column = types.get(contentType);
      if (column === undefined) {
        column = toColumn(contentType);
        types.set(contentType, column);
      }
      row.add(column);
    },
    object_id: (row, line) => {
      if (line.contentType === null) row.add(NULL);
      else row.add(line.source.bytes, line.idAt, line.idEnd);
    },
  };
}

function addNull(row: RowBytes): void {
  row.add(NULL);
}

/** Adds null for a field that the line does not have, such as `-`. @returns whether it is one */
function addIfAbsent(row: RowBytes, line: ScannedLine, from: number, to: number): boolean {
  const isAbsent = line.isAbsent(from, to);
  if (isAbsent) row.add(NULL);
  return isAbsent;
}

/** Adds a field of plain bytes. */
function addFieldOrNull(row: RowBytes, line: ScannedLine, from: number, to: number): void {
  if (!addIfAbsent(row, line, from, to)) row.add(line.source.bytes, from, to);
}

/** @param texts gives the column of a text that is not plain */
function addText(
  row: RowBytes,
  line: ScannedLine,
  from: number,
  to: number,
  texts: Remembered<Buffer>,
): void {
  if (!row.addPlain(line.source.bytes, from, to)) row.add(texts.find(line, from, to));
}

function addTextOrNull(
  row: RowBytes,
  line: ScannedLine,
  from: number,
  to: number,
  texts: Remembered<Buffer>,
): void {
  if (!addIfAbsent(row, line, from, to)) addText(row, line, from, to, texts);
}

/** Adds digits without leading zeros. */
function addNumber(row: RowBytes, { source: { bytes } }: ScannedLine, from: number, to: number): void {
  let first = from;
  while (first < to - 1 && bytes[first] === ZERO) first += 1;
  row.add(bytes, first, to);
}

/** `2026-04-14T10:22:31+02:00` */
function addTime(row: RowBytes, line: ScannedLine): void {
  const { bytes } = line.source;
  const at = line.timeAt;
  row.addAscii(line.day);
  row.addAscii('T');
  row.add(bytes, at + CLOCK_AT, at + CLOCK_END);
  row.add(bytes, at + OFFSET_AT, at + OFFSET_MINUTES_AT);
  row.addAscii(':');
  row.add(bytes, at + OFFSET_MINUTES_AT, at + OFFSET_END);
}

/** A client is written as it stands in the line, or as its network; null if it is no address then. */
function createClientWriter(bits: NetworkBits | null): WriteColumn {
  if (bits === null) return (row, line) => addFieldOrNull(row, line, line.clientAt, line.clientEnd);
  const networks = new Remembered(({ remoteHost }) =>
    toColumn(remoteHost === null ? null : toNetwork(remoteHost, bits)),
  );
  return (row, line) => row.add(networks.find(line, line.clientAt, line.clientEnd));
}

/** A target is masked as a whole: what is a secret in its query may depend on its path. */
class Target {
  readonly #texts: Remembered<{ readonly path: Buffer; readonly query: Buffer }>;
  /** The target that was looked at. */
  #source: ByteSource | null = null;
  #from = -1;
  #isPlain = false;
  /** Where its query begins, with the question mark; its end if it has none. */
  #queryAt = 0;

  constructor(mask: (text: string) => string) {
    this.#texts = new Remembered((line, from, to) => {
      const { path, query } = splitTarget(mask(line.readText(from, to)));
      return { path: toColumn(path), query: toColumn(query) };
    });
  }

  readonly writePath: WriteColumn = (row, line) => {
    if (!line.hasRequest) row.add(NULL);
    else if (this.#look(line)) row.add(line.source.bytes, this.#from, this.#queryAt);
    else row.add(this.#texts.find(line, this.#from, line.targetEnd).path);
  };

  readonly writeQuery: WriteColumn = (row, line) => {
    if (!line.hasRequest) row.add(NULL);
    else if (!this.#look(line)) row.add(this.#texts.find(line, this.#from, line.targetEnd).query);
    else if (this.#queryAt === line.targetEnd) row.add(NULL);
    else row.add(line.source.bytes, this.#queryAt + 1, line.targetEnd);
  };

  /** @returns whether the target is stored as it stands in the line */
  #look({ source, methodEnd, targetEnd }: ScannedLine): boolean {
    const from = methodEnd + 1;
    if (source === this.#source && from === this.#from) return this.#isPlain;
    this.#source = source;
    this.#from = from;
    this.#isPlain = isPlain(source.bytes, from, targetEnd);
    let at = from;
    while (at < targetEnd && source.bytes[at] !== QUESTION_MARK) at += 1;
    this.#queryAt = at;
    return this.#isPlain;
  }
}

function toColumn(text: string | null): Buffer {
  return text === null ? NULL : Buffer.from(escapeCopyText(text));
}
