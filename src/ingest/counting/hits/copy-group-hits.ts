/** Brings the hits that a group has added up into the staging tables. */
import { Readable } from 'node:stream';
import { copyRows } from '../../../database/copy.js';
import type { Database } from '../../../database/database.js';
import { HIT_TARGET, SHARE_TARGET } from '../../../summaries/object-hits.js';
import type { ContentTypes } from '../content-types.js';
import type { GroupHits } from './group-hits.js';

/** Copies the hits of the small logs of a group into the staging tables. @param sharedTypes is given the content types of rows of no log */
export async function copyGroupHits(
  database: Database,
  hits: GroupHits,
  { sharedTypes, signal }: { readonly sharedTypes: ContentTypes; readonly signal: AbortSignal },
): Promise<void> {
  const copy = (target: string, pieces: Iterable<Buffer>, countSent: () => number) =>
    copyRows(database, { target, text: Readable.from(pieces), countSent, signal });
  await copy(HIT_TARGET, hits.toRows(sharedTypes), () => hits.rowCount);
  if (sharedTypes.names.length > 0) await copy(SHARE_TARGET, hits.toShares(), () => hits.shareCount);
}
