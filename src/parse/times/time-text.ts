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

const SHAPES: readonly RegExp[] = [
  // `2026-04-14T10:22:31+02:00`, also with a fraction, a space instead of the T, or without an offset
  new RegExp(
    `^(?<isoDay>${isoDay})[Tt ](?<clock>${clock})(?:[.,](?<fraction>${fraction}))? ?(?<offset>${offset}|z)?$`,
  ),
  // `[14/Apr/2026:10:22:31 +0200]`, with or without its brackets, fraction and offset
  new RegExp(
    `^\\[?(?<clfDay>${clfDay})[: ](?<clock>${clock})(?:[.,](?<fraction>${fraction}))?(?: (?<offset>${offset}))?\\]?$`,
  ),
];

const EPOCH = /^(\d{1,19})(?:\.(\d{1,18}))?$/;

/** The parts that say the day, one in each shape. */
const DAY_PARTS = ['isoDay', 'clfDay', 'epochSeconds'] as const;

type TimeValues = Partial<Record<TimePart, string | undefined>>;

/** Makes the reader of one input. */
export function createTimeTextReader() {
  const readers = DAY_PARTS.map((part) => ({ part, reader: createTimeReader(new Set([part])) }));
  let lastText = '';
  let values: TimeValues = {};
  let reader: TimeReader | null = null;
  const get: TimeParts = (part) => values[part];
  const find = (text: string) => {
    if (text === lastText) return reader;
    lastText = text;
    values = splitTime(text);
    reader = readers.find(({ part }) => values[part] !== undefined)?.reader ?? null;
    return reader;
  };
  return {
    /** Whether the text has the shape of a time; the day in it may still be one that does not exist. */
    fits: (text: string): boolean => find(text) !== null,
    /** The day, `2026-04-14`, or null if there is no such day. */
    readDay: (text: string): string | null => find(text)?.readDay(get) ?? null,
    /** ISO 8601, with the text's own offset if it has one; null if there is no such day. */
    readTime: (text: string): string | null => find(text)?.readTime(get) ?? null,
  };
}

/** The parts of a text in one of the shapes; none of them says a day if it is in no shape. */
function splitTime(text: string): TimeValues {
  for (const shape of SHAPES) {
    const parts: TimeValues | undefined = shape.exec(text)?.groups;
    if (parts !== undefined) return { ...parts, offset: parts.offset?.toUpperCase() };
  }
  return { epochSeconds: toSeconds(text) ?? undefined };
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
