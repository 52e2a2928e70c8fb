// Several logs in one pipe, in whatever state each of them is: nothing is counted twice, and what is not held back is exact.
// The run is undone afterwards, as its logs go on as files of their own.

import { undoRun } from '../../src/ingest/storing/undo.js';
import { hasRecord, type SeenLogs, toCountable } from './expected.js';
import type { LogFile } from './files.js';
import type { Client, Store } from './stores.js';

/** What was piped, and how it ended. */
export interface Piped {
  readonly run: number;
  /** Null where nothing was held back. */
  readonly error: Error | null;
  readonly contents: readonly string[];
}

/** A log of fewer lines that came new in a pipe is not recognised in another one behind a new log. */
const RECOGNISED_LINES = 16;

/**
 * Of logs of which one is the beginning of another one, only the longest: given twice, a short new one is two. Behind a new
 * log none that is short and came from a pipe.
 */
export function choosePiped(files: readonly LogFile[], seen: SeenLogs): readonly string[] {
  const contents = files
    .filter(({ packing }) => packing !== 'half')
    .map(toCountable)
    .filter(hasRecord);
  const different = contents.filter(
    (content, at) =>
      !contents.some(
        (other, otherAt) => other.startsWith(content) && (other.length > content.length || otherAt < at),
      ),
  );
  const [first = ''] = different;
  if (seen.has(first)) return different;
  const isLong = (content: string) => content.split('\n').length > RECOGNISED_LINES;
  return different.filter((content) => content === first || isLong(content) || !seen.wasPiped(content));
}

/** @throws Error where an object has more hits than it must have, or fewer and nothing was held back */
export async function checkPiped(client: Client, seen: SeenLogs, piped: Piped): Promise<void> {
  for (const content of piped.contents) seen.add(content);
  const { hits } = seen.count();
  const { rows } = await client.query<{ object: string; hits: number }>(
    `select c.name || ' ' || o.object_id as object, o.hit_count::int as hits
     from logtally.object_hits as o join logtally.content_type as c using (content_type_id)`,
  );
  const counted = new Map(rows.map((row) => [row.object, row.hits]));
  for (const object of new Set([...counted.keys(), ...hits.keys()])) {
    const [is, should] = [counted.get(object) ?? 0, hits.get(object) ?? 0];
    const isRight = piped.error === null ? is === should : is <= should;
    if (!isRight) throw new Error(`piped: ${object} has ${is} hits, not ${should} (${piped.error?.message})`);
  }
}

/** Takes the run back, if it has counted anything. */
export async function undoPiped(store: Store, { run }: Piped): Promise<void> {
  const { rows } = await store.client.query('select 1 from logtally.batch where run_id = $1', [run]);
  if (rows.length === 0) return;
  const database = await store.open();
  try {
    await undoRun(database, run, new AbortController().signal);
  } finally {
    await database.close();
  }
}
