/**
 * Wrappers around lines of other formats: the prefix of syslog, and the wrappers of container runtimes. Each is undone in time
 * linear in the line. The line inside has a date of its own, and its reader knows nothing of the wrapper.
 */

import type { Piece } from '../lines/layout.js';
import type { LineReader, LogFormat } from '../lines/line-reader.js';
import type { Reject } from '../lines/reject.js';
import { TIME_PATTERNS, toMonthNumber } from '../times/timestamp.js';
import { parseObject } from './json-object.js';

export interface Wrapper {
  readonly name: string;
  /** A short description, for help and messages. */
  readonly summary: string;
  /** A line of the format `combined` in it, as a program writes it. */
  readonly example: string;
  /** Finds the line inside; both lines are latin1. */
  unwrap(line: string): string | Reject;
}

const { isoDay, preciseClock, offset, monthName, dayOfMonth, clock, year } = TIME_PATTERNS;
const ISO_TIME = `${isoDay}[T ](?:${preciseClock})(?:${offset})?`;

/**
 * RFC 3164, with or without its priority, and with the times that rsyslog and journald write instead: time, host (left
 * out by some), tag with the process in brackets, colon. A host does not end in a colon, so that no tag is taken for it.
 */
const BSD_PREFIX = new RegExp(
  `^(?:<\\d{1,3}>)?(?:(?:${monthName}) (?:${dayOfMonth})(?: ${year})? (?:${clock})|${ISO_TIME})` +
    '(?: [^\\t-\\r ]{0,254}[^\\t-\\r :])? [^\\t-\\r :[]{1,128}(?:\\[[^\\t-\\r \\]]{1,64}\\])?: ',
);

/** RFC 5424: priority, version, time, host, application, process, message, structured data or `-`. */
const RFC5424_PREFIX = new RegExp(
  `^<\\d{1,3}>\\d{1,2} (?:${ISO_TIME}|-)(?: [^\\t-\\r ]{1,255}){4} (?:-|(?:\\[(?:[^\\]"]|"(?:[^"\\\\]|\\\\.)*")*\\])+) `,
);

/** A byte order mark, read as latin1, with which RFC 5424 begins text in UTF-8. */
const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/** The kubelet's format of logs: time, stream, whole or partial, line. */
const CRI_PREFIX = new RegExp(`^${ISO_TIME} std(?:out|err) ([FP])(?::[^\\t-\\r ]{0,255})? `);

/** Docker cuts longer lines into pieces of so many bytes, of which only the last ends in a line end. */
const DOCKER_PIECE_BYTES = 16_384;

const NO_SYSLOG: Reject = { reject: 'unexpected text', field: 'syslog' };
const NO_DOCKER: Reject = { reject: 'unexpected text', field: 'docker' };
const PARTIAL: Reject = { reject: 'line ends early', field: 'docker' };

export const WRAPPERS: readonly Wrapper[] = [
  {
    name: 'syslog',
    summary: 'another format after the prefix of RFC 3164 or RFC 5424',
    example:
      'Apr 14 10:22:31 web1 nginx: 203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /photos/1234/ HTTP/1.1" 200 5120 "-" "Mozilla/5.0"',
    unwrap: (line) => stripSyslog(line) ?? NO_SYSLOG,
  },
  {
    name: 'docker',
    summary: "another format in Docker's json-file or the CRI's log lines",
    example:
      '{"log":"203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] \\"GET /photos/1234/ HTTP/1.1\\" 200 5120 \\"-\\" \\"Mozilla/5.0\\"\\n","stream":"stdout","time":"2026-04-14T08:22:31.123456789Z"}',
    unwrap: (line) => (line.startsWith('{') ? unwrapJsonFile(line) : stripCri(line)),
  },
];

/** The time at the beginning of a prefix: month, day, year and clock, or all of it. */
const PREFIX_TIME = new RegExp(
  `^(?:<\\d{1,3}>)?(?:\\d{1,2} )?(?:(${monthName}) (${dayOfMonth})(?: (${year}))? (${clock})|(${ISO_TIME}))`,
);

const NO_TIME: Reject = { reject: 'bad time', field: 'time' };
const NO_YEAR: Reject = { reject: 'no year', field: 'time' };

/**
 * Makes the wrapper for formats that have no time: before the line inside it puts the time of the prefix.
 *
 * @param givenYear the year of prefixes that have none; if it is null, these are rejects, because a year is never guessed
 */
export function createTimedSyslog(givenYear: string | null): Wrapper {
  return {
    name: 'syslog',
    summary: 'a format without a time after the prefix of syslog',
    example: '',
    unwrap(line) {
      const inside = stripSyslog(line);
      if (inside === null) return NO_SYSLOG;
      const [, name = '', day = '', ownYear, time = '', whole] = PREFIX_TIME.exec(line) ?? [];
      if (whole !== undefined) return `${whole.replace(' ', 'T')} ${inside}`;
      if (name === '') return NO_TIME;
      const lineYear = ownYear ?? givenYear;
      if (lineYear === null) return NO_YEAR;
      return `${lineYear}-${toMonthNumber(name)}-${day.replace(' ', '0')}T${time} ${inside}`;
    },
  };
}

/** The pieces of a format with the time before it, as `createTimedSyslog` writes it; null if it has a time of its own. */
export function listTimedPieces(pieces: readonly Piece[]): readonly Piece[] | null {
  if (pieces.some((piece) => 'time' in piece)) return null;
  return [
    { time: [{ part: 'isoDay' }, 'T', { part: 'preciseClock' }] },
    { optional: [{ time: [{ part: 'offset' }] }] },
    { text: ' ' },
    ...pieces,
  ];
}

/** @returns the line behind the prefix of syslog; null if there is none */
export function stripSyslog(line: string): string | null {
  const prefix = RFC5424_PREFIX.exec(line) ?? BSD_PREFIX.exec(line);
  if (prefix === null) return null;
  const text = line.slice(prefix[0].length);
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}

function stripCri(line: string): string | Reject {
  const prefix = CRI_PREFIX.exec(line);
  if (prefix === null) return NO_DOCKER;
  return prefix[1] === 'P' ? PARTIAL : line.slice(prefix[0].length);
}

function unwrapJsonFile(line: string): string | Reject {
  const object: { readonly log?: unknown } | null = parseObject(line);
  const log = object?.log;
  if (typeof log !== 'string') return NO_DOCKER;
  const text = Buffer.from(log, 'utf8').toString('latin1');
  const inside = text.replace(/\r?\n$/, '');
  if (inside === text && text.length >= DOCKER_PIECE_BYTES) return PARTIAL;
  return /[\r\n]/.test(inside) ? NO_DOCKER : inside;
}

/** Makes the reader of wrapped lines from that of the lines inside. */
export function createUnwrappingReader(reader: LineReader, unwrap: Wrapper['unwrap']): LineReader {
  return {
    ...reader,
    read(line) {
      const inside = unwrap(line);
      return typeof inside === 'string' ? reader.read(inside) : inside;
    },
  };
}

/** The format of lines in a wrapper: `syslog:combined`. */
export function wrapFormat(wrapper: Wrapper, format: LogFormat): LogFormat {
  return {
    name: `${wrapper.name}:${format.name}`,
    summary: wrapper.summary,
    example: wrapper.example,
    createReader: (wanted) => createUnwrappingReader(format.createReader(wanted), wrapper.unwrap),
  };
}
