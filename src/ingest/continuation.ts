/** A pipe may fall silent within a log: what came is committed, so that no transaction stays open, and the log goes on. */
import type { Database } from '../database/database.js';
import type { Content } from './content.js';
import type { Identity } from './identify.js';
import type { RangeReader } from './ranges.js';
import { readStream } from './streams.js';

/**
 * Puts the line that was begun back, and waits for more.
 *
 * @param streamId what was counted so far is recorded as; null where nothing was
 * @returns the log that goes on behind what was counted; null where it has to be looked up as if nothing had come yet
 */
export async function continueLog(
  database: Database,
  content: Content,
  { identity, reader, streamId }: { identity: Identity; reader: RangeReader; streamId: number | null },
): Promise<Identity | null> {
  for (const bytes of reader.takeUnfinished().reverse()) content.unread(bytes);
  await content.waitForMore();
  return resumeLog(database, { identity, reader, streamId });
}

/** @returns the log that goes on behind what was counted; null where nothing was */
export async function resumeLog(
  database: Database,
  { identity, reader, streamId }: { identity: Identity; reader: RangeReader; streamId: number | null },
): Promise<Identity | null> {
  if (streamId === null) return null;
  const { hasher, fields } = reader;
  const known = { site: '', state: 'open', path: '', pipedRun: null } as const;
  const candidate = { ...known, streamId, knownBytes: hasher.position };
  const stream = await database.transaction('reading', () => readStream(database, candidate));
  return { ...identity, stream, at: 'after', hasher, fields, isInsideLine: false };
}
