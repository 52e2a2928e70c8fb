// Reads what other projects' tests read, and accounts for every difference.
import { describe, expect, it } from 'vitest';
import { decodeField } from '../../src/parse/lines/escapes.js';
import { createRecordParser, type LogRecord } from '../../src/parse/lines/record.js';
import { isReject } from '../../src/parse/lines/reject.js';
import { DEFAULT_FORMAT_OPTIONS, resolveFormat } from '../../src/parse/presets/formats.js';
import { HAS_SHARED_CASES, readSharedCases, type SharedCase } from './shared-cases.js';
import { FORMAT_OF_CASE, STATED_CHOICES } from './stated-choices.js';

/** Of all cases, those that may disagree for no stated reason. */
const MAX_UNEXPLAINED_SHARE = 0.02;

/** What a record says under the collection's keys. */
const VALUES: Readonly<Record<string, (record: LogRecord) => unknown>> = {
  vhost: (record) => record.virtualHost,
  vhost_port: (record) => record.extra['port'],
  remote_host: (record) => record.remoteHost,
  ident: (record) => record.ident,
  user: (record) => record.user,
  request: (record) => record.request,
  method: (record) => record.method,
  path: (record) => record.target,
  path_noquery: (record) => record.target?.split('?')[0],
  query: (record) => record.target?.match(/\?(.*)/s)?.[1],
  protocol: (record) => record.protocol,
  http_version: (record) => record.protocol?.replace('HTTP/', ''),
  status: (record) => record.status,
  bytes: (record) => record.bytes,
  referrer: (record) => record.referrer,
  user_agent: (record) => record.userAgent,
};

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '-';
}

/** Quoted fields may be expected as they were logged, or decoded; control bytes stay visible with us. */
function isSame(actual: unknown, expected: unknown): boolean {
  if (isNothing(actual) || isNothing(expected)) return isNothing(actual) && isNothing(expected);
  const text = String(expected);
  const decoded = decodeField(Buffer.from(text, 'utf8').toString('latin1'));
  return (
    [text, decoded].includes(String(actual)) || (typeof expected === 'number' && Number(actual) === expected)
  );
}

/** Further fields have names of their own in each project; their values have to be there. */
function hasExtra(record: LogRecord, expected: unknown): boolean {
  const values = Object.values(record.extra);
  if (typeof expected === 'string') return values.map((value) => value ?? '-').join(' ') === expected;
  return Object.values(expected ?? {}).every((value) => values.some((actual) => isSame(actual, value)));
}

/** @returns what is not as expected; empty for full agreement */
function findDifferences(expected: NonNullable<SharedCase['expected']>, record: LogRecord): string[] {
  return Object.entries(expected).flatMap(([key, value]) => {
    if (key === 'extra') return hasExtra(record, value) ? [] : [`extra: ${JSON.stringify(record.extra)}`];
    if (key === 'time_iso') {
      return Date.parse(record.time ?? '') === Date.parse(String(value)) ? [] : [`time: ${record.time}`];
    }
    const actual = VALUES[key]?.(record);
    return isSame(actual, value) ? [] : [`${key}: ${JSON.stringify(actual)}, not ${JSON.stringify(value)}`];
  });
}

function judge(shared: SharedCase): string[] {
  const format = FORMAT_OF_CASE[shared.id] ?? shared.format;
  if (format === 'other') return ['no format string is known for it'];
  const result = createRecordParser(resolveFormat(format, DEFAULT_FORMAT_OPTIONS)).parse(shared.line);
  if (isReject(result))
    return shared.expected === null ? [] : [`rejected: ${result.reject}, ${result.field}`];
  return shared.expected === null ? ['not rejected'] : findDifferences(shared.expected, result);
}

/** Cases, agreements and disagreements of each source, as a table. */
function tabulate(judged: readonly { source: string; differences: readonly string[] }[]): void {
  const rows = [...new Set(judged.map((each) => each.source))].map((source) => {
    const cases = judged.filter((each) => each.source === source);
    const disagree = cases.filter((each) => each.differences.length > 0).length;
    return { source, cases: cases.length, agree: cases.length - disagree, disagree };
  });
  console.table(rows);
}

describe('cases of other projects', () => {
  if (!HAS_SHARED_CASES) {
    console.warn(
      'SKIPPED: there is no ../shared/cases beside the checkout, so no case of other projects is tried',
    );
    it.skip('are read as they expect, or otherwise for a stated reason', () => {});
    return;
  }

  it('are read as they expect, or otherwise for a stated reason', () => {
    const judged = readSharedCases().map((shared) => ({ ...shared, differences: judge(shared) }));
    tabulate(judged);
    expect(judged.length).toBeGreaterThan(300);
    const stated = new Set(STATED_CHOICES.flatMap((choice) => choice.ids));
    const disagreeing = judged.filter((each) => each.differences.length > 0);
    const unexplained = disagreeing.filter((each) => !stated.has(each.id));
    const shown = unexplained.map(
      ({ id, line, differences }) => `${id}: ${differences.join('; ')}\n  ${line}`,
    );
    expect(unexplained.length, shown.join('\n')).toBeLessThanOrEqual(judged.length * MAX_UNEXPLAINED_SHARE);
    const known = disagreeing.map((each) => each.id);
    expect(
      [...stated].filter((id) => !known.includes(id)),
      'stated choices that are none',
    ).toEqual([]);
  });
});
