/** Formats what tables and messages are made of: numbers, sizes, times and lines, and values as JSON or CSV. */

import { escapeInvisible, toVisibleByte } from '../visible-text.js';

export { toVisibleText } from '../visible-text.js';

/** Shows the beginning of a line that was read as latin1: printable ASCII stays, every other byte is `\xhh`. */
export function toVisibleLine(latin1: string, maxCharacters: number): string {
  const cut = latin1.length > maxCharacters ? `${latin1.slice(0, maxCharacters)}...` : latin1;
  return cut.replace(/[^\x20-\x7e]/g, (byte) => toVisibleByte(byte.charCodeAt(0)));
}

/** JSON in one line, with its end. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** The same, safe to show on a terminal: of what anybody may have written. */
export function formatVisibleJson(value: unknown): string {
  return `${escapeInvisible(JSON.stringify(value))}\n`;
}

/** What a spreadsheet would take for a formula (OWASP, "CSV Injection"). */
const FORMULA_START = /^[=+\-@\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** Comma-separated values (RFC 4180): one record with its CR LF; text that looks like a formula gets an apostrophe in front. */
export function formatCsvRecord(cells: readonly (string | number)[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

function toCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = FORMULA_START.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A place between digits, before a multiple of three of them. Intl.NumberFormat would take a tenth of the program's start. */
const THOUSANDS = /\B(?=(?:\d{3})+$)/g;

/** `1234567` -> `1,234,567`, the same on every machine; for whole numbers. */
export function formatCount(count: number): string {
  return String(count).replace(THOUSANDS, ',');
}

/** `1 line`, `2,000 lines` */
export function formatNumberOf(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `5120` -> `5.1 kB`; decimal units. */
export function formatBytes(bytes: number): string {
  // 999,950 bytes would be written as 1000.0 kB
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes * 1.00005) / 3), UNITS.length - 1);
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

const LARGER_UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** `12 s`, `15 min`, `2 h`, `3 d`: the largest unit of which there are at least two, rounded down. */
export function formatSeconds(seconds: number): string {
  for (const [unit, length] of LARGER_UNITS)
    if (seconds >= 2 * length) return `${formatCount(Math.floor(seconds / length))} ${unit}`;
  return `${Math.floor(seconds)} s`;
}

/** `2026-04-14T08:22:31.123Z` -> `2026-04-14 10:22:31`, in the machine's time zone. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

/** What `formatTime` shows times in: `UTC`, `UTC+02:00`; `local time` if clocks were changed between them. */
export function describeTimeZone(times: readonly string[]): string {
  const [offset = 0, ...others] = new Set(times.map((iso) => -new Date(iso).getTimezoneOffset()));
  if (others.length > 0) return 'local time';
  if (offset === 0) return 'UTC';
  const toText = (part: number) => String(part).padStart(2, '0');
  const minutes = Math.abs(offset);
  return `UTC${offset < 0 ? '-' : '+'}${toText(Math.floor(minutes / 60))}:${toText(minutes % 60)}`;
}
