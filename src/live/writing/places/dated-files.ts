/** Log files by date: a new one when the path of the time is another one, or when the file was renamed or deleted. */
import { resolve } from 'node:path';
import type { DatePattern } from '../../date-pattern.js';
import { AppendedFile } from './appended-file.js';
import { pointLink } from './current-link.js';
import { type Deliveries, toCause, type WriterEvent } from './deliveries.js';
import { type LogPlace, openForAppending } from './log-place.js';

export interface DatedFilesOptions {
  readonly pattern: DatePattern;
  /** The permissions of new files, before the umask; those of new folders follow from them. */
  readonly mode: number;
  /** The link to the file of the time, if there is to be one. */
  readonly symlink: string | null;
}

/** Milliseconds after which it is looked again whether the path leads to the file: what logrotate renames gets lines no longer. */
const CHECK_MS = 1000;

/** Milliseconds after which a file that could not be opened is tried again. */
const RETRY_MS = 100;

export function createDatedFiles(
  { pattern, mode, symlink }: DatedFilesOptions,
  deliveries: Deliveries,
  onEvent: (event: WriterEvent) => void,
): LogPlace {
  let file: AppendedFile | null = null;
  let files = 0;
  /** The failed attempt to open a file, which is not repeated for each line. */
  let failure: { readonly at: number; readonly error: unknown } | null = null;
  /** The file is right from the first to the second moment; outside, a look is needed. */
  let validFrom = 0;
  let validUntil = 0;
  /** The causes that were told, until it is well again. */
  const told = { kept: '', unlinked: '' };
  const tellOnce = (event: Extract<WriterEvent, { kind: keyof typeof told }>) => {
    const cause = toCause(event.error);
    if (told[event.kind] !== cause) onEvent(event);
    told[event.kind] = cause;
  };
  const point = (path: string) => {
    if (symlink === null) return;
    try {
      pointLink(resolve(symlink), path);
      told.unlinked = '';
    } catch (error) {
      tellOnce({ kind: 'unlinked', path: symlink, error });
    }
  };
  const open = (path: string) => {
    const opened = new AppendedFile(path, openForAppending(path, mode), deliveries);
    file?.close();
    file = opened;
    files += 1;
  };
  /** Finds out what the file of the time is. */
  const look = (now: number) => {
    const path = resolve(pattern.format(new Date(now)));
    if (file?.path !== path || !file.isInPlace()) {
      try {
        open(path);
      } catch (error) {
        // the lines of a new day are better kept with those of the old one than nowhere
        if (file === null || !file.isInPlace()) throw error;
        tellOnce({ kind: 'kept', path, kept: file.path, error });
        return;
      }
    }
    told.kept = '';
    point(path);
  };
  return {
    name: pattern.text,
    get files() {
      return files;
    },
    getFile() {
      const now = Date.now();
      if (file !== null && now >= validFrom && now < validUntil) return file;
      if (failure !== null && now >= failure.at && now < failure.at + RETRY_MS) throw failure.error;
      try {
        look(now);
      } catch (error) {
        failure = { at: now, error };
        throw error;
      }
      failure = null;
      validFrom = now;
      validUntil = Math.min(
        now + CHECK_MS,
        pattern.nextChange(new Date(now))?.getTime() ?? Number.POSITIVE_INFINITY,
      );
      if (file === null) throw new Error('no file was opened');
      return file;
    },
    tick: () => undefined,
    reopen() {
      validUntil = 0;
    },
    close() {
      file?.close();
      file = null;
    },
  };
}
