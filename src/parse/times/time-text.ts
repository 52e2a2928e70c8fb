/** Reads a time that is one piece of text in whichever of the usual shapes: ISO 8601, Apache's %t, or since 1970. */
import {
  createTimeReader,
  TIME_PATTERNS,
  type TimePart,
  type TimeParts,
  type TimeReader,
} from './timestamp.js';

const { clfDay, isoDay, clock, fraction, offset } = TIME_PATTERNS;

/** Larger counts since 1970 are in milliseconds, then in microseconds, then in nanoseconds. */
const MAX_SECONDS_DIGITS = 11;

interface Shape {
  readonly regexp: RegExp;
  readonly parts: readonly TimePart[];
}

const SHAPES: readonly Shape[] = [
  {
    // `2026-04-14T10:22:31+02:00`, also with a fraction, a space instead of the T, or without an offset
    regexp: new RegExp(`^(${isoDay})[Tt ](${clock})(?:[.,](${fraction}))? ?(${offset}|z)?$`),
    parts: ['isoDay', 'clock', 'fraction', 'offset'],
  },
  {
    // `[14/Apr/2026:10:22:31 +0200]`, with or without its brackets, fraction and offset
    regexp: new RegExp(`^\\[?(${clfDay})[: ](${clock})(?:[.,](${fraction}))?(?: (${offset}))?\\]?$`),
    parts: ['clfDay', 'clock', 'fraction', 'offset'],
  },
];

const EPOCH = /^(\d{1,19})(?:\.(\d{1,18}))?$/;

export interface TimeTextReader {
  /** Whether the text has the shape of a time; the day in it may still be one that does not exist. */
  fits(text: string): boolean;
  /** The day, `2026-04-14`, or null if there is no such day. */
  readDay(text: string): string | null;
  /** ISO 8601, with the text's own offset if it has one; null if there is no such day. */
  readTime(text: string): string | null;
}

export function createTimeTextReader(): TimeTextReader {
  const shapes = SHAPES.map(({ regexp, parts }) => ({ regexp, parts, reader: createReader(parts) }));
  const epoch = createReader(['epochSeconds']);
  let lastText = '';
  let reader: TimeReader | null = null;
  let values = new Map<TimePart, string | undefined>();
  const get: TimeParts = (part) => values.get(part);
  const load = (text: string) => {
    lastText = text;
    for (const shape of shapes) {
      const match = shape.regexp.exec(text);
      if (match === null) continue;
      reader = shape.reader;
      values = new Map(shape.parts.map((part, index) => [part, match[index + 1]?.replace('z', 'Z')]));
      return;
    }
    const seconds = toSeconds(text);
    reader = seconds === null ? null : epoch;
    values = new Map([['epochSeconds', seconds ?? undefined]]);
  };
  const find = (text: string) => {
    if (text !== lastText) load(text);
    return reader;
  };
  return {
    fits: (text) => find(text) !== null,
    readDay: (text) => find(text)?.readDay(get) ?? null,
    readTime: (text) => find(text)?.readTime(get) ?? null,
  };
}

function createReader(parts: readonly TimePart[]): TimeReader {
  const reader = createTimeReader(new Set(parts));
  if (reader === null) throw new Error(`${parts.join(', ')} make no day`);
  return reader;
}

/** A count since 1970 in whatever unit, as seconds with a fraction; no digit goes through a number. */
function toSeconds(text: string): string | null {
  const match = EPOCH.exec(text);
  if (match === null) return null;
  const [, whole = '', rest = ''] = match;
  const digits = whole.replace(/^0+(?=\d)/, '');
  const shift = Math.max(0, Math.ceil((digits.length - MAX_SECONDS_DIGITS) / 3) * 3);
  const seconds = digits.slice(0, digits.length - shift);
  const parts = `${digits.slice(digits.length - shift)}${rest}`.slice(0, 9);
  return parts === '' ? seconds : `${seconds}.${parts}`;
}
