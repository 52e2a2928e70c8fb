/** Rejects: values, never exceptions, that say why a line is not a record. Also tells which lines are no records by design. */
import type { LinePosition } from '../../source/source.js';

/** Every reason a line can be rejected for. The list is closed: reports and tests rely on it. */
export type RejectReason =
  | 'line too long'
  | 'line ends early'
  | 'unclosed quote'
  | 'no request'
  | 'bad time'
  | 'no year'
  | 'bad status'
  | 'bad size'
  | 'bad content type'
  | 'bad object id'
  | 'unexpected text'
  | 'trailing text';

export interface Reject {
  readonly reject: RejectReason;
  /** The field that could not be read, such as `time`; null if it is the line as a whole. */
  readonly field: string | null;
}

/** A rejected line that is kept to be shown. */
export interface RejectedLine {
  readonly reject: Reject;
  readonly position: LinePosition;
  /** The line as it was read, latin1. */
  readonly line: string;
}

/** The reject of every line that is longer than the limit. */
export const TOO_LONG: Reject = { reject: 'line too long', field: null };

/** The reject of a line that is not in the format, if no field is to blame. */
export const UNEXPECTED: Reject = { reject: 'unexpected text', field: null };

/** Tells a reject from whatever else a parser may return. */
export function isReject(value: object): value is Reject {
  return 'reject' in value;
}

const HASH = 0x23;
const BLANK = /^[ \t\v\f\r]*$/;

/**
 * Finds lines that are no records by design: they are counted as filtered, under these names, and never parsed.
 *
 * @param line one line without its line end
 * @returns `blank` for nothing but ASCII white space, `directive` for a line that begins with `#`, null for all others
 */
export function findIgnored(line: string): 'blank' | 'directive' | null {
  const first = line.charCodeAt(0);
  if (first > HASH) return null;
  if (first === HASH) return 'directive';
  return BLANK.test(line) ? 'blank' : null;
}
