// Dates that do not say their year: it is given, or the line has no day; it is never guessed from the clock.
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { createHitParser } from '../../src/ingest/counting/hit.js';
import { createRecordParser } from '../../src/parse/lines/record.js';
import { DEFAULT_FORMAT_OPTIONS, resolveFormat } from '../../src/parse/presets/formats.js';
import { createPlainAttribution } from '../support/plain-attribution.js';

function parse(format: string, line: string, year: string | null) {
  const resolved = resolveFormat(format, { ...DEFAULT_FORMAT_OPTIONS, year });
  const hit = createHitParser(resolved, createPlainAttribution('default')).parse(line);
  return { record: createRecordParser(resolved).parse(line), hit };
}

const YEARLESS = '%h %{%b %e %H:%M:%S}t "%r" %{X-Content-Type-ID}o %{X-Object-ID}o';

describe('a format string without a year', () => {
  it('is a usage error that names --year', () => {
    const resolve = () => resolveFormat(YEARLESS, DEFAULT_FORMAT_OPTIONS);
    expect(resolve).toThrow(UsageError);
    expect(resolve).toThrow("'%{%b %e %H:%M:%S}t' does not say the year");
    try {
      resolve();
    } catch (error) {
      expect(error).toHaveProperty('hint', expect.stringContaining('--year 2026'));
    }
  });

  it('takes the year that is given', () => {
    const { record, hit } = parse(YEARLESS, '::1 Feb 29 23:59:59 "GET / HTTP/1.1" 7 1', '2024');
    expect(record).toMatchObject({ time: '2024-02-29T23:59:59', target: '/' });
    expect(hit).toMatchObject({ day: '2024-02-29', objectId: '1' });
    expect(parse(YEARLESS, '::1 Feb 29 23:59:59 "GET / HTTP/1.1" 7 1', '2025').hit).toEqual({
      reject: 'bad time',
      field: 'time',
    });
  });

  it('keeps its own year where it says one', () => {
    const { record } = parse('%h %t', '::1 [14/Apr/2026:10:22:31 +0200]', '1999');
    expect(record).toHaveProperty('time', '2026-04-14T10:22:31+02:00');
  });
});

describe('a format string without any time, behind the prefix of syslog', () => {
  const format = 'syslog:%h "%r" %{X-Content-Type-ID}o %{X-Object-ID}o';
  const inside = '::1 "GET / HTTP/1.1" 7 1';

  it.each([
    ['Apr  4 10:22:31 web1 httpd: ', '2026', '2026-04-04T10:22:31'],
    ['<190>Apr 14 10:22:31 httpd[812]: ', '2026', '2026-04-14T10:22:31'],
    ['Apr 14 2025 10:22:31 web1 httpd: ', '2026', '2025-04-14T10:22:31'],
    ['2025-04-14T10:22:31.123+02:00 web1 httpd: ', null, '2025-04-14T10:22:31.123+02:00'],
    ['<190>1 2025-04-14T08:22:31.003Z web1 httpd 812 - - ', '2026', '2025-04-14T08:22:31.003+00:00'],
  ])('takes the time of the prefix: %s', (prefix, year, time) => {
    const { record, hit } = parse(format, prefix + inside, year);
    expect(record).toMatchObject({ time, remoteHost: '::1', target: '/' });
    expect(hit).toMatchObject({ day: time.slice(0, 10), objectId: '1' });
  });

  it.each([
    ['Apr 14 10:22:31 web1 httpd: ', null, 'no year'],
    ['Feb 29 10:22:31 web1 httpd: ', '2026', 'bad time'],
    ['<190>1 - web1 httpd 812 - - ', '2026', 'bad time'],
  ])('is a reject where the prefix does not say the day: %s', (prefix, year, reject) => {
    const { record, hit } = parse(format, prefix + inside, year);
    expect(record).toEqual({ reject, field: 'time' });
    expect(hit).toEqual(record);
  });
});
