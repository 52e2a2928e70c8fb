/** The account of the lines: every line ends in exactly one of counted, unattributed, filtered and rejected. */
import type { FilterName } from '../attribute/filters.js';
import type { Reject, RejectReason } from '../parse/reject.js';
import type { LinePosition } from '../source/lines.js';

/** How many rejected lines of an input are shown; all of them are counted. */
const MAX_REJECT_SAMPLES = 3;

/** What a line can be filtered as: by the filters that are set, or because it is no record by design. */
export type FilteredAs = FilterName | 'blank' | 'directive';

/** A rejected line that is kept to be shown. */
export interface RejectedLine {
  readonly reject: Reject;
  readonly position: LinePosition;
  /** The line as it was read, latin1. */
  readonly line: string;
}

/** What lines without an object have beyond the fields of a record. */
export interface FurtherFields {
  /** The format that they were read in. */
  readonly format: string;
  /** As the options about fields take them: keys with their paths, labels, directives. */
  readonly names: readonly string[];
}

/** The lines of one input, or of several added up. */
export class Account {
  lines = 0;
  counted = 0;
  /** Good records that name no object. */
  unattributed = 0;
  filtered = 0;
  rejected = 0;
  readonly filteredBy = new Map<FilteredAs, number>();
  readonly rejectedFor = new Map<RejectReason, number>();
  readonly samples: RejectedLine[] = [];
  /** What the first lines without an object have beyond the fields of a record; null where none was looked at. */
  furtherFields: FurtherFields | null = null;

  /** Lines that are no records by design. */
  get ignored(): number {
    return (this.filteredBy.get('blank') ?? 0) + (this.filteredBy.get('directive') ?? 0);
  }

  filter(name: FilteredAs): void {
    this.filtered += 1;
    increase(this.filteredBy, name, 1);
  }

  reject(reject: Reject, position: LinePosition, line: string): void {
    this.rejected += 1;
    increase(this.rejectedFor, reject.reject, 1);
    if (this.samples.length >= MAX_REJECT_SAMPLES) return;
    this.samples.push({ reject, position: { ...position }, line });
  }

  /** Adds the counts of another account; samples stay with their input. */
  add(other: Account): void {
    this.lines += other.lines;
    this.counted += other.counted;
    this.unattributed += other.unattributed;
    this.filtered += other.filtered;
    this.rejected += other.rejected;
    this.furtherFields ??= other.furtherFields;
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
