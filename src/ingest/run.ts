/** The run that inputs are counted in: its settings, and what it keeps from one input to the next. */
import type { Database } from '../database/database.js';
import { deliversOnce, type Patience } from '../source/source.js';
import {
  type CountingRun,
  type CountingSettings,
  type FieldsWatch,
  openRejectsFile,
  type SharedCounts,
} from './counting/counting.js';
import { Beginnings, type IdentifyOptions, type KnownArchives } from './identity/identity.js';
import { createSettingsCheck, type FindOtherSettings } from './storing/storing.js';

/** A group of files ends behind the one with which it reaches one of these. */
export interface GroupBounds {
  readonly lines: number;
  /** Decompressed, and not counted before. */
  readonly bytes: number;
  readonly milliseconds: number;
  readonly files: number;
}

/** A merge of so many lines takes some seconds, which other runs may have to wait. */
export const GROUP_BOUNDS: GroupBounds = {
  ...{ lines: 2_000_000, bytes: 536_870_912, milliseconds: 20_000, files: 1000 },
};

/** The settings by which inputs are found, counted and stored. */
export interface InputSettings extends CountingSettings, IdentifyOptions {
  readonly allowNewTypes: boolean;
  readonly groupBounds: GroupBounds;
  /** Whether a plain file never grows again, by its path. */
  readonly isFinished: (path: string) => boolean;
  /** Whether a log is committed every second or so: of the positions up to which it was counted only the last one is remembered then. */
  readonly commitsOften: boolean;
  /** How long a pipe is waited for within a batch. */
  readonly patience: Patience;
}

/** What a run has to tell of all of its inputs. */
export interface RunNotes {
  /** Requests of people that came too late to be counted as visitors. */
  lateRequests: number;
  /** Which fields no line has had. */
  readonly fieldsWatch: FieldsWatch;
}

/** The run, as an input sees it. */
export interface InputRun extends CountingRun {
  readonly number: number;
  readonly settings: InputSettings;
  /** The beginnings of known logs, to find them in the middle of a pipe or an archive. */
  readonly beginnings: Beginnings;
  /** Finds the inputs that are known archives. */
  readonly archives: KnownArchives;
  /** The streams of which nothing was new are added to it. */
  readonly seenStreams: Set<number>;
  /** The streams of which something was committed are added to it. */
  readonly countedStreams: Set<number>;
  /** The streams that the run has counted again for summaries alone, or has tried to. */
  readonly supplemented: Set<number>;
  /** The first days of the months that the run has added to. */
  readonly months: Set<string>;
  readonly findOtherSettings: FindOtherSettings;
  readonly notes: RunNotes;
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

/** The run that begins, and what all connections of it share. */
export interface RunAtHand
  extends Pick<
    InputRun,
    | 'progress'
    | 'signal'
    | 'seenStreams'
    | 'countedStreams'
    | 'supplemented'
    | 'months'
    | 'archives'
    | 'memory'
    | 'notes'
  > {
  readonly run: number;
  /** Gives a connection what the counts of its logs share. */
  readonly shareCounts: () => SharedCounts;
}

/** A connection, and what a run keeps from one input to the next that is read on it. */
export interface Lane {
  readonly database: Database;
  readonly forInput: (path: string) => InputRun;
  readonly close: () => Promise<void>;
}

/**
 * Opens the lane of a connection.
 *
 * @throws InputError if the rejects file cannot be written
 */
export function openLane(database: Database, settings: RunSettings, atHand: RunAtHand): Lane {
  const { site, paths, rejectsPath, description } = settings;
  const { run: number, progress, signal: readSignal, seenStreams, countedStreams, months } = atHand;
  const { archives, memory, notes, supplemented, shareCounts } = atHand;
  const rejects = rejectsPath === null ? null : openRejectsFile(rejectsPath, paths);
  const beginnings = new Beginnings(site);
  const findOtherSettings = createSettingsCheck(database, description);
  const shared = shareCounts();
  const kept = {
    memory,
    shared,
    beginnings,
    archives,
    seenStreams,
    countedStreams,
    supplemented,
    months,
    notes,
    findOtherSettings,
  };
  return {
    database,
    forInput: (path) => {
      // if the program is to stop, only the reading of a pipe ends: what it delivered cannot be read again and is stored
      const signal = deliversOnce(path) ? new AbortController().signal : readSignal;
      return { number, settings, rejects, progress, signal, readSignal, ...kept };
    },
    close: async () => rejects?.close(),
  };
}

/** Opens the lane of a second connection; null if there can be none. */
export async function openSecondLane(
  database: Database,
  settings: RunSettings,
  atHand: RunAtHand,
): Promise<Lane | null> {
  const other = await database.openAnother();
  if (other === null) return null;
  const lane = openLane(other, settings, atHand);
  return { ...lane, close: () => Promise.all([lane.close(), other.close()]).then(() => undefined) };
}
