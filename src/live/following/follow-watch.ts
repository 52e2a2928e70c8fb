/** What `follow` is told, and what it tells. */
import type { InputError } from '../../errors.js';
import type { IngestSettings, IngestWatch, InputResult, OpenRun } from '../../ingest/ingest.js';

/** What is followed, and how. */
export interface FollowSettings {
  /** Of each run; its `paths` are what is followed. */
  readonly ingest: IngestSettings;
  /** Milliseconds from the beginning of one commit to that of the next, at least. */
  readonly everyMs: number;
  /** Whether a file never grows again, and is deleted when all of it is counted. */
  readonly isSpooled: (path: string) => boolean;
}

/** What happened, in the order of its happening. */
export interface FollowEvents {
  /** A run has begun: with the program, with the day, or after new settings. */
  begun(run: OpenRun, files: number): void;
  /** Files were looked at. */
  counted(run: OpenRun, results: readonly InputResult[]): Promise<void> | void;
  /** A look has ended, also one that found nothing; no transaction is open. */
  looked(): Promise<void> | void;
  /** Nothing of a path can be found; told again and again. */
  problem(error: InputError): void;
  /** The database does not answer; it is tried until it does. */
  away(error: unknown): void;
  back(): void;
  /** The settings could not be read anew; the old ones stay. */
  notReloaded(error: unknown): void;
}

/** The means by which a caller steers it. */
export interface FollowWatch extends Pick<IngestWatch, 'progress' | 'version'> {
  readonly events: FollowEvents;
  /** Aborted when it is to count what is there and to end. */
  readonly stop: AbortSignal;
  /** Aborted when it is to give up what is not committed. */
  readonly end: AbortSignal;
  /** Reads the settings anew. */
  readonly readSettings: () => Promise<FollowSettings>;
  /** Calls a function when the settings are to be read anew. */
  readonly onReload: (reload: () => void) => void;
  /** The day that runs begin and end with. */
  readonly today: () => string;
}
