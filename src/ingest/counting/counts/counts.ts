/** The counts of a log in the summaries beside the hits, and what they share with those of the other logs of the run. */
import type { Attribution } from '../../../attribute/attribution.js';
import { listParts } from '../../../summaries/count-parts.js';
import type { KeySettings } from './key-kind.js';
import { createKeyKinds } from './key-kinds.js';
import { FieldsWatch } from './named-fields.js';
import { RequestCounts } from './request-counts.js';
import { type LogSources, SourceNumbers } from './sources.js';
import { VisitorKeys } from './visitor-keys.js';

export type { KeySettings } from './key-kind.js';
export { listKeyFields } from './key-kind.js';
export { FieldsWatch, findUnknownFields, listNamedFields, type NamedField } from './named-fields.js';
export type { RequestCounts } from './request-counts.js';

/** What the counts of all logs share that one connection of a run counts. */
export interface SharedCounts {
  /** Gives the sources of rows their numbers. */
  readonly sourceNumbers: SourceNumbers;
  /** Tells visitors apart. */
  readonly visitorKeys: VisitorKeys;
  /** Is shown each line. */
  readonly fieldsWatch: FieldsWatch;
}

/** Begins the counts of a run. @returns the function that a new connection is given its part by */
export function beginCounts(run: number, fieldsWatch = new FieldsWatch([])): () => SharedCounts {
  const sourceNumbers = new SourceNumbers(run);
  const known = new Map<string, Buffer>();
  return () => ({ sourceNumbers, visitorKeys: new VisitorKeys(known), fieldsWatch });
}

/** Makes the counts of a log; null if no summary is asked for. */
export function createRequestCounts(
  settings: KeySettings,
  readClient: Attribution['readClient'],
  { visitorKeys }: SharedCounts,
  sources: LogSources,
): RequestCounts | null {
  if (listParts(settings.summaries).length === 0) return null;
  const kinds = createKeyKinds({ settings, readClient, visitorKeys });
  return new RequestCounts(kinds, readClient, sources);
}
