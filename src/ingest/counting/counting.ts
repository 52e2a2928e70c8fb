/** Bytes to rows: each line is counted once, and its hits go into the staging table. What the other rooms may use. */
export { Account, type FurtherFields } from './account.js';
export { checkFormat, DEFAULT_MAX_REJECTS, type MaxRejects, parseMaxRejects } from './check-format.js';
export { ContentTypes } from './content-types.js';
export type { CountedRange } from './count-line.js';
export type { CountingRun, CountingSettings, Progress } from './counting-run.js';
export { CacheMemory } from './hits/cells.js';
export { copyGroupHits } from './hits/copy-group-hits.js';
export { GroupHits } from './hits/group-hits.js';
export type { HeldHits } from './hits/hit-counter.js';
export { openRejectsFile, type RejectsFile } from './rejects-file.js';
export {
  beginCounts,
  FieldsWatch,
  findUnknownFields,
  type KeptRequests,
  listKept,
  listNamedFields,
  type NamedField,
  type RequestSettings,
  type SharedCounts,
} from './requests/requests.js';
export { copyHits, Stage } from './stage.js';
