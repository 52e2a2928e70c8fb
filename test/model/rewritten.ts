// The middle of a known log is overwritten. A plain log is known by its two ends, so nobody notices: the log stays what was
// counted of it, and only what it grows by is counted.

import { closeSync, openSync, writeSync } from 'node:fs';
import { digestPrefix, HEAD_BYTES } from '../../src/ingest/identity/known/checkpoints.js';
import { findEndLink } from '../../src/ingest/identity/known/streams.js';
import { type LogFile, pick } from './files.js';
import type { Client } from './stores.js';

/** The streams that begin like a file, and whether any of it was piped: then all of a log is read. */
const CANDIDATES = `select s.known_bytes::int as "knownBytes", encode(d.sha256, 'hex') as sha256,
    exists (select 1 from logtally.batch as b where b.stream_id = s.stream_id and b.path = '-') as "isPiped"
  from logtally.log_stream as s
  join logtally.stream_digest as d on d.stream_id = s.stream_id and d.end_byte = s.known_bytes
  where not exists (
    select 1 from logtally.stream_digest as head
    where head.stream_id = s.stream_id and head.end_byte <= length($1::bytea)
      and head.sha256 <> sha256(substring($1::bytea for head.end_byte::int)))`;

/** So many lines of the end are certainly no chance: they have different times. */
const CERTAIN_LINES = 4;

/**
 * Overwrites all bytes between the two ends of a file. Call it after a run over all files.
 *
 * @returns puts them back; null if no file is known by its ends
 */
export async function overwriteMiddle(
  client: Client,
  files: readonly LogFile[],
  choice: number,
): Promise<(() => void) | null> {
  const known: { path: string; content: string; end: number }[] = [];
  for (const file of files.filter((each) => isAlone(each, files))) {
    const end = await findEnd(client, file.content);
    if (end !== null) known.push({ ...file, end });
  }
  const file = pick(known, choice);
  if (file === undefined) return null;
  const middle = Buffer.from(file.content.slice(HEAD_BYTES, file.end), 'latin1');
  overwrite(file.path, Buffer.alloc(middle.length, 'x\n'));
  return () => overwrite(file.path, middle);
}

/** Whether no other file begins alike: there may soon be two streams, which only their middle may tell apart. */
function isAlone({ path, content, packing }: LogFile, files: readonly LogFile[]): boolean {
  const head = content.slice(0, HEAD_BYTES);
  const isAlike = (other: string) => other !== '' && (other.startsWith(head) || head.startsWith(other));
  return packing === 'none' && !files.some((other) => other.path !== path && isAlike(other.content));
}

/** Finds where the known end of a log begins; null if it is not known, or has no middle. */
async function findEnd(client: Client, content: string): Promise<number | null> {
  const bytes = Buffer.from(content, 'latin1');
  const { rows } = await client.query<{ knownBytes: number; sha256: string; isPiped: boolean }>(CANDIDATES, [
    bytes.subarray(0, HEAD_BYTES),
  ]);
  const [stream, another] = rows;
  if (stream === undefined || another !== undefined || stream.isPiped) return null;
  const { knownBytes, sha256 } = stream;
  const end = findEndLink(knownBytes);
  const lines = content.slice(end, knownBytes).split('\n').length - 1;
  const isKnown = bytes.length >= knownBytes && digestPrefix(bytes.subarray(0, knownBytes)) === sha256;
  return isKnown && end > HEAD_BYTES && lines >= CERTAIN_LINES ? end : null;
}

function overwrite(path: string, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, HEAD_BYTES);
  closeSync(file);
}
