/**
 * Writes what a web server gives into its log files, as cronolog and rotatelogs do. Each call of the system is waited for, so
 * nothing is held in memory but the line that has begun; a thread that writes must do nothing else. A line goes to one file, that
 * of the time when its end comes. What cannot be written is dropped and told, never waited for.
 */

import { createLineHolder } from './line-holder.js';
import { type AppendedFile, countLines } from './places/appended-file.js';
import { createDatedFiles, type DatedFilesOptions } from './places/dated-files.js';
import { createDeliveries, type DeliveryCounts, type WriterEvent } from './places/deliveries.js';
import type { LogPlace } from './places/log-place.js';
import { createSpoolSegments, type SpoolOptions } from './places/spool-segments.js';

/** Bytes of a line that are held until its end comes. A longer one is passed on in pieces, between which others may write. */
export const MAX_HELD_BYTES = 1_048_576;

const NEWLINE = Buffer.from('\n');

export interface LogWriterOptions {
  /** Where the lines go. */
  readonly to: DatedFilesOptions | SpoolOptions;
  /** What there is to tell, in the order in which it happens. */
  readonly onEvent: (event: WriterEvent) => void;
}

export interface LogWriterCounts extends Readonly<DeliveryCounts> {
  /** Files that were opened. */
  readonly files: number;
}

export interface LogWriter {
  /** Takes bytes as they come; never throws for what the system refuses. */
  write(chunk: Buffer): void;
  /** What has to be done about once a second, also while nothing comes. */
  tick(): void;
  /** Opens the file anew for the next line. */
  reopen(): void;
  /** Writes what has come of a last line, and ends it, so that nobody's line is glued to it. */
  end(): void;
  readonly counts: LogWriterCounts;
}

/** @throws InputError if the folder of a spool is not for its owner alone */
export function createLogWriter({ to, onEvent }: LogWriterOptions): LogWriter {
  const deliveries = createDeliveries(onEvent);
  const place: LogPlace =
    'pattern' in to ? createDatedFiles(to, deliveries, onEvent) : createSpoolSegments(to, deliveries);
  const holder = createLineHolder(MAX_HELD_BYTES);
  /** Of a line that is passed on in pieces: the file that has its beginning; `dropped` if that was dropped; null between lines. */
  let begun: AppendedFile | 'dropped' | null = null;
  let reopens = false;

  const drop = (bytes: Buffer, error: unknown) =>
    deliveries.dropped({ lines: countLines(bytes), bytes: bytes.length, path: place.name, error });
  /** Appends bytes to the file of the time. @returns null if they were dropped */
  const append = (bytes: Buffer): AppendedFile | null => {
    let file: AppendedFile;
    try {
      if (reopens) place.reopen();
      reopens = false;
      file = place.getFile(bytes.length);
    } catch (error) {
      drop(bytes, error);
      return null;
    }
    if (!file.append(bytes)) return null;
    deliveries.settle(false);
    return file;
  };
  /** Passes on the piece of a line whose beginning was passed on before. @returns what is behind the line */
  const goOn = (bytes: Buffer, beginning: AppendedFile | 'dropped'): Buffer => {
    const end = bytes.indexOf(NEWLINE) + 1;
    const piece = end === 0 ? bytes : bytes.subarray(0, end);
    if (beginning === 'dropped') drop(piece, null);
    else if (!beginning.append(piece)) begun = 'dropped';
    if (end === 0) return Buffer.alloc(0);
    begun = null;
    return bytes.subarray(end);
  };
  const pass = (bytes: Buffer) => {
    const rest = begun === null ? bytes : goOn(bytes, begun);
    if (rest.length === 0) return;
    const file = append(rest);
    if (!isWhole(rest)) begun = file ?? 'dropped';
  };
  return {
    write: (chunk) => pass(holder.take(chunk)),
    tick() {
      if (begun === null) place.tick();
    },
    reopen() {
      reopens = true;
    },
    end() {
      const rest = holder.takeRest();
      if (rest.length > 0 || begun !== null) pass(Buffer.concat([rest, NEWLINE]));
      place.close();
      deliveries.settle(true);
    },
    get counts() {
      return { ...deliveries.counts, files: place.files };
    },
  };
}

function isWhole(lines: Buffer): boolean {
  return lines.length === 0 || lines[lines.length - 1] === NEWLINE[0];
}
