/** What all inputs of a run share. */
import type { Attribution } from '../attribute/attribution.js';
import type { FormatChoice } from '../parse/choice/format-choice.js';
import type { Patience } from '../source/patience.js';
import type { MaxRejects } from './counting/max-rejects.js';
import type { RejectsFile } from './counting/rejects-file.js';
import type { ArchiveCheck } from './identity/known/archives.js';
import type { Beginnings } from './identity/known/beginnings.js';
import type { FindOtherSettings } from './other-settings.js';

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
