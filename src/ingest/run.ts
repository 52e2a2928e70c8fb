/** The run that inputs are counted in: its settings, and what it keeps from one input to the next. */
import type { Database } from '../database/database.js';
import { deliversOnce, type Patience } from '../source/source.js';
import { openRejectsFile } from './counting/counting.js';
import { type ArchiveCheck, Beginnings, type IdentifyOptions } from './identity/identity.js';
import { createSettingsCheck, type FindOtherSettings } from './other-settings.js';
import type { Progress, StageRun, StageSettings } from './stage-log.js';

export type { Progress } from './stage-log.js';

/** The settings by which inputs are found, counted and stored. */
export interface InputSettings extends StageSettings, IdentifyOptions {
  readonly allowNewTypes: boolean;
  /** How long a pipe is waited for within a batch. */
  readonly patience: Patience;
  /** Whether known logs are taken back and counted again. */
  readonly recount: boolean;
  /** How archives that were counted are recognised. */
  readonly archiveCheck: ArchiveCheck;
}

/** The run, as an input sees it. */
export interface InputRun extends StageRun {
  readonly number: number;
  readonly settings: InputSettings;
  /** The beginnings of known logs, to find them in the middle of a pipe or an archive. */
  readonly beginnings: Beginnings;
  readonly findOtherSettings: FindOtherSettings;
  /** Aborted by SIGINT and SIGTERM, also for a pipe: no more is read. */
  readonly readSignal: AbortSignal;
}

/** What a run needs beside the settings of its inputs. */
export interface RunSettings extends InputSettings {
  readonly paths: readonly string[];
  /** The file that rejected lines are kept in; null if they are only counted. */
  readonly rejectsPath: string | null;
  /** The settings as the run's record keeps them, without any secret. */
  readonly description: Readonly<Record<string, unknown>>;
}

/**
 * Opens what a run keeps from one input to the next.
 *
 * @returns the run for each input, and what closes its files
 * @throws InputError if the rejects file cannot be written
 */
export function openRun(
  database: Database,
  settings: RunSettings,
  {
    run: number,
    progress,
    signal: readSignal,
  }: { readonly run: number; readonly progress: Progress; readonly signal: AbortSignal },
): { readonly forInput: (path: string) => InputRun; readonly close: () => void } {
  const { site, paths, rejectsPath, description } = settings;
  const rejects = rejectsPath === null ? null : openRejectsFile(rejectsPath, paths);
  const beginnings = new Beginnings(site);
  const findOtherSettings = createSettingsCheck(database, description);
  return {
    forInput: (path) => {
      // if the program is to stop, only the reading of a pipe ends: what it delivered cannot be read again and is stored
      const signal = deliversOnce(path) ? new AbortController().signal : readSignal;
      return { number, settings, rejects, progress, signal, readSignal, beginnings, findOtherSettings };
    },
    close: () => rejects?.close(),
  };
}
