// What must have been counted: of each log that was ever seen, every line once.
//
// A log is known by its content alone. So where the content of one file is the beginning of another's, both are one log:
// it was renamed, copied, compressed, or has grown. Two real logs of which one stays the beginning of the other cannot
// be told apart by anybody, and count as one: the model says the same, so programs with such logs are not left out.

import type { LogFile } from './files.js';

export interface Expected {
  /** Hits by type and object, `shared 3`. */
  readonly hits: ReadonlyMap<string, number>;
  readonly lines: number;
  readonly rejected: number;
}

/** Bytes that two logs must have in common to be taken for one. */
const FIRST_CHECKPOINT = 16;

const RECORD = /^203\.0\.113\.5 - - \[[^\]]*\] "GET [^"]*" 200 5 "-" "-" (\w+ \w+)$/;

export class SeenLogs {
  /** None is the beginning of another one. */
  #contents: readonly string[] = [];
  /** The first lines of what was piped: another log that begins with one is held back, as a pipe may hold several logs. */
  readonly #piped = new Set<string>();

  /** The same logs, to add others to. */
  copy(): SeenLogs {
    const copy = new SeenLogs();
    copy.#contents = this.#contents;
    return copy;
  }

  add(content: string): void {
    if (!hasRecord(content) || this.has(content)) return;
    this.#contents = [...this.#contents.filter((seen) => !content.startsWith(seen)), content];
  }

  has(content: string): boolean {
    return this.#contents.some((seen) => seen.startsWith(content));
  }

  /** Whether all that was seen is in some contents. */
  areIn(contents: readonly string[]): boolean {
    return this.#contents.every((seen) => contents.some((content) => content.startsWith(seen)));
  }

  addPiped(content: string): void {
    this.#piped.add(toFirstLine(content));
  }

  /** Whether a log that begins with the same line was piped. */
  wasPiped(content: string): boolean {
    return this.#piped.has(toFirstLine(content));
  }

  /**
   * Whether a log that was piped begins alike, or a longer one: where the two part after their last common checkpoint, the program must not guess.
   *
   * @param files that are there now: a disturbed run may have counted some of them
   */
  isDoubtful(content: string, files: readonly LogFile[]): boolean {
    const start = content.slice(0, FIRST_CHECKPOINT);
    if (this.wasPiped(content)) return true;
    return [...this.#contents, ...files.map(toCountable)].some(
      (other) => other.length > content.length && other.startsWith(start),
    );
  }

  count(): Expected {
    const hits = new Map<string, number>();
    let lines = 0;
    let rejected = 0;
    for (const line of this.#contents.flatMap(splitLines)) {
      lines += 1;
      const object = RECORD.exec(line)?.[1];
      if (object === undefined) rejected += 1;
      else hits.set(object, (hits.get(object) ?? 0) + 1);
    }
    return { hits, lines, rejected };
  }
}

/**
 * What of a file is counted: its whole lines; of an archive all of it, since nothing can be added to it. A half-written
 * archive adds nothing, as its original lies beside it.
 */
export function toCountable({ content, packing }: LogFile): string {
  return packing === 'none' ? toWholeLines(content) : content;
}

export function toWholeLines(content: string): string {
  return content.slice(0, content.lastIndexOf('\n') + 1);
}

/** Whether any line is in the format: a log without one is refused, as it was probably given with a wrong format. */
export function hasRecord(content: string): boolean {
  return splitLines(content).some((line) => RECORD.test(line));
}

function toFirstLine(content: string): string {
  return content.slice(0, content.indexOf('\n') + 1);
}

function splitLines(content: string): readonly string[] {
  const lines = content.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
