/** What was counted: every line ends in exactly one of counted, unattributed, filtered and rejected. */
import type { FilterName } from '../../attribute/filters.js';
import type { Reject, RejectedLine, RejectReason } from '../../parse/parse.js';
import type { LinePosition } from '../../source/source.js';

/** How many rejected lines of an input are shown; all of them are counted. */
const MAX_REJECT_SAMPLES = 3;

/** Why a line is filtered: the name of the filter, or `blank` or `directive` for lines that are no records by design. */
export type FilteredAs = FilterName | 'blank' | 'directive';

/** The names of fields that lines without an object have beyond those of a record. */
export interface FurtherFields {
  /** The format that they were read in. */
  readonly format: string;
  /** As `--content-type-field` and `--object-id-field` take them: keys with their paths, labels, directives. */
  readonly names: readonly string[];
}

/** The numbers of an account: its lines, its bytes and its batches. */
const COUNTS = [
  ...(['lines', 'counted', 'robots', 'unattributed', 'filtered', 'rejected'] as const),
  ...(['nulBytes', 'bytes', 'alreadyCountedBytes', 'unfinishedBytes', 'batches'] as const),
];

/** The lines and bytes of one range, or of a log, an input or a run added up. */
export class Account {
  lines = 0;
  counted = 0;
  /** Lines that were counted and are no hits: objects are ranked by people, and these are of robots. */
  robots = 0;
  /** Good records that name no object. */
  unattributed = 0;
  filtered = 0;
  rejected = 0;
  /** NUL bytes that stood before lines, and are no part of them. */
  nulBytes = 0;
  /** Decompressed bytes that were committed. */
  bytes = 0;
  /** Decompressed bytes that were counted already: before, or of another input of the same run. */
  alreadyCountedBytes = 0;
  /** Bytes of a last line without its end, which waits for the next run. */
  unfinishedBytes = 0;
  /** Ranges that were committed, each as a batch. */
  batches = 0;
  readonly filteredBy = new Map<FilteredAs, number>();
  readonly rejectedFor = new Map<RejectReason, number>();
  readonly samples: RejectedLine[] = [];
  /** The last lines of the same log that were counted before: the lines read now are judged together with them. */
  readonly before = { lines: 0, rejected: 0 };
  /** Its rejects that stand close together at the beginning or the end. */
  readonly rejectRuns = new RejectRuns();
  /** What the first lines without an object have beyond the fields of a record; null if none was looked at. */
  furtherFields: FurtherFields | null = null;

  /** Adds accounts up. */
  static sum(accounts: Iterable<Account>): Account {
    const sum = new Account();
    for (const account of accounts) sum.#add(account);
    return sum;
  }

  /** Lines that are no records by design. */
  get ignored(): number {
    return (this.filteredBy.get('blank') ?? 0) + (this.filteredBy.get('directive') ?? 0);
  }

  /** Lines that are a record or a reject. */
  get judged(): number {
    return this.lines - this.ignored;
  }

  /** The lines at the end, nearly all of which are rejects; null if it ends with good ones. */
  get tailRejects(): RejectRun | null {
    return this.rejectRuns.findTail({ good: this.judged - this.rejected, rejected: this.rejected });
  }

  filter(name: FilteredAs): void {
    this.filtered += 1;
    increase(this.filteredBy, name, 1);
  }

  /** Enters a rejected line; `lines` has it already. */
  reject(reject: Reject, position: LinePosition, line: string): void {
    const rejected = { reject, position: { ...position }, line };
    this.rejectRuns.add({ good: this.judged - this.rejected - 1, rejected: this.rejected }, rejected);
    this.rejected += 1;
    increase(this.rejectedFor, reject.reject, 1);
    if (this.samples.length < MAX_REJECT_SAMPLES) this.samples.push(rejected);
  }

  #add(other: Account): void {
    for (const field of COUNTS) this[field] += other[field];
    this.before.lines += other.before.lines;
    this.before.rejected += other.before.rejected;
    this.furtherFields ??= other.furtherFields;
    this.samples.push(...other.samples);
    for (const [name, count] of other.filteredBy) increase(this.filteredBy, name, count);
    for (const [reason, count] of other.rejectedFor) increase(this.rejectedFor, reason, count);
  }

  /** Whether every line is in exactly one of the four. */
  get addsUp(): boolean {
    return this.lines === this.counted + this.unattributed + this.filtered + this.rejected;
  }
}

function increase<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** One good line weighs as much as so many rejects: a run of rejects has fewer good lines among them. */
const GOOD_WEIGHT = 9;

/** How many lines were judged up to some line. */
interface Judged {
  readonly good: number;
  readonly rejected: number;
}

/** Lines at the beginning or at the end of what was read, nearly all of which are rejects. */
export interface RejectRun {
  /** How many of them are neither blank nor a directive. */
  readonly lines: number;
  readonly rejected: number;
  /** At the end: its first reject. At the beginning: its last. */
  readonly reject: RejectedLine;
}

/**
 * Finds where a log changes its format: the lines at its beginning or at its end of which more than nine tenths are rejects.
 * Only rejects are given to it, so that good lines cost nothing; it finds the number of good lines between two rejects by
 * subtracting two counts.
 */
class RejectRuns {
  /** The longest run from the first line on; null if the log begins with good ones. */
  head: RejectRun | null = null;
  #tail: (Judged & { readonly reject: RejectedLine }) | null = null;
  #score = 0;
  #goodAtLast = 0;

  /** Takes the next reject. @param before how many lines were judged before it */
  add(before: Judged, reject: RejectedLine): void {
    const { good, rejected } = before;
    if (rejected + 1 > GOOD_WEIGHT * good)
      this.head = { lines: good + rejected + 1, rejected: rejected + 1, reject };
    this.#score = this.#scoreAt(good);
    if (this.#score <= 0) {
      this.#score = 0;
      this.#tail = { good, rejected, reject };
    }
    this.#score += 1;
    this.#goodAtLast = good;
  }

  /** The run to the last line; null if the log ends with good ones. @param all how many lines were judged in all */
  findTail({ good, rejected }: Judged): RejectRun | null {
    const tail = this.#tail;
    if (tail === null || this.#scoreAt(good) <= 0) return null;
    const ofTail = rejected - tail.rejected;
    return { lines: good - tail.good + ofTail, rejected: ofTail, reject: tail.reject };
  }

  #scoreAt(good: number): number {
    return this.#score - GOOD_WEIGHT * (good - this.#goodAtLast);
  }
}
