/** What the counting of a log is told by the run that it belongs to. */
import type { MaxRejects } from './check-format.js';
import type { LineSettings } from './count-line.js';
import type { SharedCounts } from './counts/counts.js';
import type { CacheMemory } from './hits/cells.js';
import type { RejectsFile } from './rejects-file.js';

/** How far an ingest has come; read by whoever shows progress. */
export interface Progress {
  /** Bytes read from disk, of all inputs so far. */
  packedBytes: number;
  lines: number;
}

/** The settings by which a log is counted and its rejects are judged. */
export interface CountingSettings extends LineSettings {
  readonly maxRejects: MaxRejects;
}

/** The run that logs are counted in. */
export interface CountingRun {
  readonly settings: CountingSettings;
  readonly rejects: RejectsFile | null;
  readonly progress: Progress;
  /** What the counts of its logs share. */
  readonly shared: SharedCounts;
  /** For the cache of hits, one log after the other. */
  readonly memory: CacheMemory;
  /** Aborted by SIGINT and SIGTERM: what is not committed is given up. Never aborted for a pipe. */
  readonly signal: AbortSignal;
}
