/**
 * Lines as numbers of 64 bits, and how a table keeps these. The first 12 bits of a number are its bucket. Of the numbers of one
 * bucket the last seven bytes are kept, one after the other. The numbers are no digests: two lines may have the same one by chance.
 */

/** How many buckets there are. */
export const BUCKETS = 4096;

/** Bytes of a number, and of what is kept of it in its bucket: the last seven. */
export const NUMBER_BYTES = 8;
export const MARK_BYTES = 7;

/** The run that counted lines, and the log that they are of. */
export interface LineOrigin {
  readonly run: number;
  readonly streamId: number;
}

/** The bucket of the number that begins at a position. */
export function toBucket(numbers: Buffer, at: number): number {
  return numbers.readUInt16BE(at) >>> 4;
}

/** Rows for COPY. */
export interface MarkRows {
  readonly text: Buffer;
  readonly count: number;
}

/** Buckets whose rows are made at once. */
const BUCKETS_AT_ONCE = 256;

/**
 * Makes rows for COPY of the numbers, bucket by bucket; some at a time.
 *
 * @param room for the marks, `MARK_BYTES` for each number; what was in it is lost
 */
export function* toRows(numbers: Buffer, { run, streamId }: LineOrigin, room: Buffer): Generator<MarkRows> {
  // the place of the next number of each bucket, in the order of the buckets
  const ends = new Uint32Array(BUCKETS + 1);
  const count = (bucket: number, bytes: number) => {
    ends[bucket] = (ends[bucket] ?? 0) + bytes;
    return (ends[bucket] ?? 0) - bytes;
  };
  for (let at = 0; at < numbers.length; at += NUMBER_BYTES) count(toBucket(numbers, at) + 1, MARK_BYTES);
  for (let bucket = 1; bucket <= BUCKETS; bucket += 1) count(bucket, ends[bucket - 1] ?? 0);
  const starts = ends.slice();
  for (let at = 0; at < numbers.length; at += NUMBER_BYTES) {
    numbers.copy(room, count(toBucket(numbers, at), MARK_BYTES), at + 1, at + NUMBER_BYTES);
  }
  const findBytes = (bucket: number) => (ends[bucket] ?? 0) - (starts[bucket] ?? 0);
  for (let from = 0; from < BUCKETS; from += BUCKETS_AT_ONCE) {
    const buckets = Array.from({ length: BUCKETS_AT_ONCE }, (_, at) => from + at).filter(findBytes);
    const toHead = (bucket: number) => `${bucket}\t${run}\t${streamId}\t\\\\x`;
    const length = buckets.reduce(
      (sum, bucket) => sum + toHead(bucket).length + 2 * findBytes(bucket) + 1,
      0,
    );
    // written in place: strings of all rows would be twice as large, and stay for a while
    const text = Buffer.allocUnsafe(length);
    let at = 0;
    for (const bucket of buckets) {
      at += text.write(toHead(bucket), at, 'latin1');
      at += text.write(room.toString('hex', starts[bucket], ends[bucket]), at, 'latin1');
      at += text.write('\n', at, 'latin1');
    }
    if (buckets.length > 0) yield { text, count: buckets.length };
  }
}

/** The two halves of a number before they are written. */
export type Numbers = readonly [low: number, high: number];

/** The seed of a site's numbers: equal lines of different sites are different lines. */
export function createSeed(site: string): Numbers {
  const name = Buffer.from(site);
  return mix(name, 0, name.length, [0x811c9dc5, 0x9e3779b1]);
}

/** Computes the number of the bytes from `from` up to `end`. */
export function mix(bytes: Buffer, from: number, end: number, [seedLow, seedHigh]: Numbers): Numbers {
  let low = seedLow ^ (end - from);
  let high = seedHigh;
  let at = from;
  for (; at + 4 <= end; at += 4) {
    const word = bytes.readInt32LE(at);
    low = Math.imul(low ^ word, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ word, 0x85ebca6b) + low;
    high ^= high >>> 13;
  }
  for (; at < end; at += 1) {
    low = Math.imul(low ^ (bytes[at] ?? 0), 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ (bytes[at] ?? 0), 0x85ebca6b) + low;
  }
  return [low, high];
}

/** Writes a number at a position. */
export function writeNumber(numbers: Buffer, at: number, [low, high]: Numbers): void {
  numbers.writeUInt32BE(finalize(high), at);
  numbers.writeUInt32BE(finalize(low ^ high), at + 4);
}

/** Spreads differences over all bits (the last step of MurmurHash3). */
function finalize(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
