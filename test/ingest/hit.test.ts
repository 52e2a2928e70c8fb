// The hit parser is the fast reader of what `record.ts` defines: on every line both must say the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateLog } from '../../fixtures/generate.js';
import type { LineFormat } from '../../fixtures/line.js';
import { createHitParser, type Hit } from '../../src/ingest/counting/hit.js';
import type { LogFormat } from '../../src/parse/lines/line-reader.js';
import { createRecordParser, type LogRecord } from '../../src/parse/lines/record.js';
import { isReject, type Reject } from '../../src/parse/lines/reject.js';
import { DEFAULT_FORMAT_OPTIONS, listFormats, resolveFormat } from '../../src/parse/presets/formats.js';
import { createPlainAttribution } from '../support/plain-attribution.js';
import { countRuns } from '../support/random-runs.js';

const CASES = join(import.meta.dirname, '../parse/cases');
const FORMATS = listFormats(DEFAULT_FORMAT_OPTIONS);

/** Lines of each property; `npm run test:fuzz` tries more. */
const RUNS = countRuns(5000);

function getFormat(name: string): LogFormat {
  return resolveFormat(name, DEFAULT_FORMAT_OPTIONS);
}

function createHits(
  format: LogFormat,
): (line: string) => ReturnType<ReturnType<typeof createHitParser>['parse']> {
  const parser = createHitParser(format, createPlainAttribution('default'));
  return (line) => parser.parse(line);
}

const PARSERS = FORMATS.map((format) => ({
  name: format.name,
  parseHit: createHits(format),
  parseRecord: createRecordParser(format).parse,
}));

/** What the hit parser has to say of a line of which the record parser says `result`. */
function toExpectedHit(result: LogRecord | Reject): Hit | null | Reject {
  if (isReject(result)) return result;
  const { contentType, objectId, time } = result;
  if (contentType === null || objectId === null || time === null) return null;
  return { site: 'default', contentType, objectId, day: time.slice(0, 10) };
}

/** Compares the two parsers of every format on one line; the messages name the line and the format. */
function expectAgreement(line: string): void {
  for (const { name, parseHit, parseRecord } of PARSERS) {
    const hit = parseHit(line);
    const expected = toExpectedHit(parseRecord(line));
    // a million comparisons: only those that fail are worth a message
    if (isDeepStrictEqual(hit, expected)) continue;
    expect(hit, `${name}: ${JSON.stringify(line)}`).toEqual(expected);
  }
}

const caseLines = readdirSync(CASES).flatMap((name) =>
  readFileSync(join(CASES, name, 'log'), 'latin1').split('\n'),
);

describe('the hit parser', () => {
  test('says what the record parser says of every line of the case logs', () => {
    expect(caseLines.length).toBeGreaterThan(200);
    caseLines.forEach(expectAgreement);
  });

  test.each<LineFormat>(['combined_ids', 'combined', 'common', 'vhost_combined'])(
    'says what the record parser says of a dirty log in %s, in which there are records and rejects',
    (format) => {
      const log = [...generateLog({ lines: 3000, shareDirty: 0.3, shareWithoutIds: 0.2, format })].join('');
      const lines = log.split('\n').slice(0, -1);
      lines.forEach(expectAgreement);
      const { parse } = createRecordParser(getFormat(format));
      const rejected = lines.filter((line) => isReject(parse(line))).length;
      expect(rejected).toBeGreaterThan(100);
      expect(rejected).toBeLessThan(1000);
    },
  );

  test('says what the record parser says of any bytes, and never throws', () => {
    fc.assert(fc.property(bytesAsLatin1(), expectAgreement), { numRuns: RUNS });
  });

  test('says what the record parser says of good lines with a few bytes changed, and never throws', () => {
    const pool = [
      ...FORMATS.map((format) => format.example),
      ...caseLines.filter((line) => line.length < 400),
    ];
    const mutated = fc
      .tuple(fc.constantFrom(...pool), fc.array(mutation(), { minLength: 1, maxLength: 4 }))
      .map(([line, mutations]) => mutations.reduce((text, mutate) => mutate(text), line));
    fc.assert(fc.property(mutated, expectAgreement), { numRuns: RUNS });
  });

  test('finds the object and its day as the line says it, whatever the offset', () => {
    const parse = createHits(getFormat('combined_ids'));
    const line = FORMATS[0]?.example ?? '';
    expect(parse(line)).toEqual({ site: 'default', contentType: '7', objectId: '1234', day: '2026-04-14' });
    expect(parse(line.replace('10:22:31 +0200', '23:59:60 -1200'))).toMatchObject({ day: '2026-04-14' });
    expect(parse(line.replace('10:22:31 +0200', '00:00:00 +1400'))).toMatchObject({ day: '2026-04-14' });
  });

  test('takes a request of 8 KB and an agent of 20 KB full of escapes', () => {
    const parse = createHits(getFormat('combined_ids'));
    const line = FORMATS[0]?.example ?? '';
    const long = line
      .replace('/photos/1234/', `/${'a'.repeat(8192)}`)
      .replace('Mozilla/5.0', '\\"\\\\'.repeat(5000));
    expect(parse(long)).toEqual({ site: 'default', contentType: '7', objectId: '1234', day: '2026-04-14' });
  });

  test('rejects lines made to be slow to match', () => {
    const { parseHit } = PARSERS[0] ?? { parseHit: () => null };
    const start = '203.0.113.9 - ';
    const lines = [
      start + '- '.repeat(30_000),
      `${start}- ${'"'.repeat(60_000)}`,
      `${start}- [14/Apr/2026:10:22:31 +0200] "${'\\'.repeat(60_001)}`,
      start + '- [14/Apr/2026:10:22:31 +0200] "'.repeat(1500),
      `${start}${'a['.repeat(30_000)}`,
      ' '.repeat(60_000),
    ];
    for (const line of lines) expect(parseHit(line)).toHaveProperty('reject');
  });
});

/** Any bytes but LF, as latin1, with those that a log line is made of more often than the others. */
function bytesAsLatin1(): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.constantFrom(' ', '"', '\\', '[', ']', '-', ':', '7', '\0', '\r', '\t', '\xa0', '\xc3'),
    fc.integer({ min: 0, max: 255 }).map((byte) => (byte === 10 ? ' ' : String.fromCharCode(byte))),
  );
  return fc.string({ unit, maxLength: 300 });
}

/** A small change of a line at a place given as a share of its length. */
function mutation(): fc.Arbitrary<(line: string) => string> {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const text = fc.oneof(
    fc.constantFrom(' ', '"', '\\"', '\\', '-', ' - -', ' [', '] "', '\\x', '\xe4', '\0', '0.123', ' 7 1'),
    bytesAsLatin1().map((bytes) => bytes.slice(0, 3)),
  );
  return fc.oneof(
    fc.tuple(place, fc.nat(3), text).map(([at, removed, added]) => (line: string) => {
      const index = Math.floor(at * line.length);
      return line.slice(0, index) + added + line.slice(index + removed);
    }),
    place.map((at) => (line: string) => line.slice(0, Math.floor(at * line.length))),
    place.map((at) => (line: string) => line.slice(Math.floor(at * line.length))),
    place.map((at) => (line: string) => line.slice(0, Math.floor(at * line.length)) + line),
  );
}
