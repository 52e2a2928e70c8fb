/** What all inputs of a run share. */
import type { Attribution } from '../attribute/attribution.js';
import type { ArchiveCheck } from './archives.js';
import type { Beginnings } from './beginnings.js';
import type { FormatChoice } from './format-choice.js';
import type { MaxRejects } from './max-rejects.js';
import type { FindOtherSettings } from './other-settings.js';
import type { Patience } from './patience.js';
import type { RejectsFile } from './rejects-file.js';

/** How far an ingest has come; read by whoever shows progress. */
export interface Progress {
  /** Bytes read from disk, of all inputs so far. */
  packedBytes: number;
  lines: number;
}

export interface InputContext {
  readonly run: number;
  /** The label that streams are kept under. */
  readonly site: string;
  readonly allowOtherSite: boolean;
  readonly allowNewTypes: boolean;
  /** How archives that were counted are known again. */
  readonly archiveCheck: ArchiveCheck;
  /** Whether a last line without its end is counted. */
  readonly isFinal: boolean;
  /** How long a pipe is waited for within a batch. */
  readonly patience: Patience;
  readonly choice: FormatChoice;
  readonly attribution: Attribution;
  readonly maxLineBytes: number;
  readonly rejects: RejectsFile | null;
  readonly maxRejects: MaxRejects;
  /** By what known logs are found in the middle of a pipe or an archive. */
  readonly beginnings: Beginnings;
  /** Whether known logs are taken back and counted again. */
  readonly recount: boolean;
  readonly findOtherSettings: FindOtherSettings;
  readonly progress: Progress;
  /** Aborted by SIGINT and SIGTERM: no more is read. */
  readonly readSignal: AbortSignal;
  /** The same for what can be read again: what is not committed is given up. Never aborted for a pipe. */
  readonly signal: AbortSignal;
}
