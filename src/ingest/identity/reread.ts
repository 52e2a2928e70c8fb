/** Reads ranges of a known log once more. */
import { createHasher } from './compare.js';
import type { LogAtHand } from './identify.js';
import { FieldsWatch } from './known/fields-watch.js';
import type { UncountedRange } from './known/streams.js';
import { RangeReader } from './ranges.js';

/** A log that was found, and whether another log seemed to begin there. */
type RereadLog = LogAtHand & { readonly wasSuspect: boolean };

/** A range that is read once more, and how many lines were counted before it. */
export type RereadRange = UncountedRange;

export class Rereader {
  readonly #log: RereadLog;
  readonly #fields: FieldsWatch;
  readonly #hasher: ReturnType<typeof createHasher>;
  #last: RangeReader | null = null;

  private constructor(log: RereadLog) {
    const { stream, head } = log.identity;
    this.#log = log;
    this.#fields = new FieldsWatch(head);
    this.#hasher = createHasher(stream, head);
  }

  /** Goes back to the beginning of a log whose bytes are kept. */
  static async begin(log: RereadLog): Promise<Rereader> {
    await log.input.rewind();
    return new Rereader(log);
  }

  /** The digests of all that was read. */
  get checkpoints(): RangeReader['hasher']['checkpoints'] {
    return this.#hasher.checkpoints;
  }

  /** Makes the reader of further ranges. What was asked for before must have been read. @param ranges ascending, at least one */
  read(ranges: readonly RereadRange[]): RangeReader {
    this.#last?.getEnd();
    const isInsideLine = this.#last?.isInsideLine ?? false;
    this.#last = new RangeReader(this.#log.input, ranges, {
      ...{ hasher: this.#hasher, fields: this.#fields, isInsideLine },
      ...{ limit: ranges.at(-1)?.end ?? 0, isFollowed: false, patience: null, watch: null, watchedFrom: 0 },
    });
    return this.#last;
  }

  /** Goes back once more, to where the log is looked up as if it had not been read. */
  async end(): Promise<void> {
    await this.#log.input.rewind();
    this.#log.watch.isSuspect = this.#log.wasSuspect;
  }
}
