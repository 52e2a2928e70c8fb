// The summaries beside the hits, of lines that are scanned, held against those of lines that the format's expression reads.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECRET_NAMES } from '../../src/audience/secret-names.js';
import { beginCounts, CacheMemory, type SharedCounts, Stage } from '../../src/ingest/counting/counting.js';
import type { RangePiece, ReadRange } from '../../src/ingest/identity/ranges.js';
import { resolveFormatChoice } from '../../src/parse/choice/format-choice.js';
import { DEFAULT_FORMAT_OPTIONS } from '../../src/parse/presets/formats.js';
import { COUNT_SUMMARIES } from '../../src/summaries/count-parts.js';
import { HIT_TARGET } from '../../src/summaries/object-hits.js';
import { type OwnSummary, REQUEST_COLUMNS, type RequestColumn } from '../../src/summaries/own/own.js';
import { NO_KEYS } from '../support/no-summaries.js';
import { createPlainAttribution } from '../support/plain-attribution.js';
import { countRuns } from '../support/random-runs.js';

const RUNS = countRuns(1000);
const ALL = COUNT_SUMMARIES.map(({ name }) => name);

const HOSTS = [
  '203.0.113.9',
  '203.0.113.77',
  '2001:db8:1:2::3',
  '2001:DB8:1::',
  '::1',
  'host.example',
  '-',
  'a*b',
];
const DAYS = ['14/Apr/2026', '14/Apr/2026', '15/Apr/2026', '31/Apr/2026'];
const CLOCKS = ['10:22:31', '00:00:00', '23:59:60', '24:00:00'];
const REQUESTS = [
  'GET /p/1?a=1 HTTP/1.1',
  'GET /p/%C3%A4 HTTP/1.0',
  'HEAD / HTTP/2',
  'GET / HTTP/11.12',
  'GET  /two HTTP/1.1',
  'GET /a b HTTP/1.1',
  'GET / / HTTP/1.1',
  'GET / HTTP/1.1 ',
  'GET  HTTP/1.1',
  'GET   HTTP/1.1',
  'GET HTTP/1.1',
  'get / http/1.1',
  'OPTIONS / RTSP/1.0',
  '- / HTTP/1.1',
  '- - HTTP/1.1',
  'G(T / HTTP/1.1',
  'GET /\xc3\xa4\xff HTTP/1.1',
  'GET /\\x41 HTTP/1.1',
  'GET /p?q=1?token=a HTTP/1.1',
  'GET /password=a?b&c=d HTTP/1.1',
  'GET /a%3Fkey%3Db?c HTTP/1.1',
  'GET https://u:p@example.org/? HTTP/1.1',
  'GET /p?token:X HTTP/1.1',
  'GET /p?<password>X</password> HTTP/1.1',
  "G'T /'key':1 HTTP/1.1",
  '\\x16\\x03',
  '-',
  '',
];
const STATUSES = ['200', '304', '404', '500', '399', '400', '099', '-', '2000'];
const SIZES = ['0', '-', '5120', '0012', '999999999999999', '1234567890123456', '3000000000'];
const REFERRERS = [
  '-',
  '',
  'https://www.example.org/a?b#c',
  'https://www.google.com/search?q=Red+Boat',
  'https://b.example/\xc3\xa4',
  'https://b.example/\\xc3\\xa4',
  'https://b.example/?a=1&token=b',
  'https://b.example/?token:b',
  'https://token.example:8080/',
  'token://',
  'nonsense \xff',
  'nonsense \\xff',
  '\\x2d',
  'a\x01\x7f\xc2\x85',
];
const AGENTS = [
  '-',
  '',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'curl/8.5.0',
  'x key=1 "y',
  'x password: y',
  'x <token>y',
  'b\xc3\xa4r',
  'b\\xc3\\xa4r',
  '\\x2d',
  'x'.repeat(300),
];
const IDS = ['', ' - -', ' 7 1', ' 7 2', ' core.photo 1', ' 7 a\\x41', ' 7 aA', ' 7 \xc3\xa4', ' 9x 1', ' 7'];

const usual = fc
  .tuple(
    ...[HOSTS, DAYS, CLOCKS, REQUESTS, STATUSES, SIZES, REFERRERS, AGENTS, IDS].map((texts) =>
      fc.constantFrom(...texts),
    ),
  )
  .map(
    ([host, day, clock, request, status, size, referrer, agent, ids]) =>
      `${host} - - [${day}:${clock} +0200] "${request}" ${status} ${size} "${referrer}" "${agent}"${ids}`,
  );
const odd = fc
  .tuple(usual, fc.nat({ max: 200 }), fc.constantFrom(...' "\\[]:-\t\r#0aZ.\0\x7f\xa0\xff'))
  .map(([text, at, byte]) => text.slice(0, at) + byte + text.slice(at + 1));
const log = fc
  .array(fc.tuple(fc.oneof({ weight: 4, arbitrary: usual }, odd), fc.constantFrom('\n', '\r\n')), {
    maxLength: 40,
  })
  .map((lines) => lines.map((one) => one.join('')).join(''));

interface Sum {
  requests: number;
  bytes: number | null;
}

/** Adds up the rows of the summaries, by their other columns; in place of a source stand its site and content type. */
async function count(
  pieces: Iterable<Buffer>,
  shared: SharedCounts,
  isScanned: boolean,
  keys: Partial<typeof NO_KEYS> = {},
) {
  const range: ReadRange = {
    ...{ start: 0, end: Number.POSITIVE_INFINITY, linesBefore: 0 },
    ...{ startsInsideLine: false, fieldsBefore: null },
  };
  // a filter reads facts of each line, so that none is scanned
  const filters = isScanned ? [] : [{ name: 'status' as const, drops: () => false }];
  const stage = new Stage({
    path: '-',
    settings: {
      choice: resolveFormatChoice('combined_ids', DEFAULT_FORMAT_OPTIONS, () => undefined),
      attribution: { ...createPlainAttribution('s'), filters },
      maxLineBytes: 2000,
      keys: { ...NO_KEYS, summaries: ALL, ownHosts: ['example.org'], ...keys },
    },
    ...{
      onReject: () => undefined,
      countsUnfinishedLine: () => true,
      shared,
      stream: null,
      firstTypeKey: 0,
      holdsSmall: false,
      keepsHits: true,
    },
    ...{ memory: new CacheMemory(), linesBefore: [], rejects: null },
  });
  async function* toPieces(): AsyncGenerator<RangePiece> {
    for (const bytes of pieces) yield { range, bytes };
  }
  const rows: string[] = [];
  const requests: string[] = [];
  let rowCount = 0;
  const counts = new Map<string, number>();
  for await (const { target, text } of stage.toRows(toPieces())) {
    if (target === HIT_TARGET) continue;
    const ofPiece = text.toString('utf8').split('\n').slice(0, -1);
    const isOfRequests = target.includes('.request ');
    for (const row of ofPiece) {
      if (isOfRequests) requests.push(`${target} ${row}`);
      else rows.push(row);
    }
    counts.set(target, (counts.get(target) ?? 0) + ofPiece.length);
    rowCount += ofPiece.length;
  }
  for (const [target, written] of counts) expect(stage.countRows(target)).toBe(written);
  const sources = new Map(
    stage.kept.sources.map(({ number, site, contentType }) => [`${number}`, `${site} ${contentType}`]),
  );
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const columns = row.split('\t');
    const [part, source = ''] = columns;
    const key = [part, sources.get(source), ...columns.slice(2, -2)].join('\t');
    const [requests, bytes] = columns.slice(-2);
    const sum = sums.get(key) ?? { requests: 0, bytes: null };
    sum.requests += Number(requests);
    if (bytes !== '\\N') sum.bytes = (sum.bytes ?? 0) + Number(bytes);
    sums.set(key, sum);
  }
  return { sums, requests: stage.kept.requests, rowCount, rows: requests.toSorted() };
}

function* cut(buffer: Buffer, size: number): Generator<Buffer> {
  for (let from = 0; from < buffer.length; from += size) yield buffer.subarray(from, from + size);
}

/** A summary of an operator that reads these columns. */
function toOwn(reads: readonly RequestColumn[]): OwnSummary {
  return {
    name: 'own',
    table: 'own',
    keys: [],
    sums: [],
    reads,
    statement: '',
    firstLine: 1,
    path: 'own.sql',
  };
}

describe('the summaries of scanned lines', () => {
  it('are those of lines that the expression reads, whatever the lines are and wherever they are cut', async () => {
    const share = beginCounts(1);
    await fc.assert(
      fc.asyncProperty(log, fc.integer({ min: 1, max: 5000 }), async (text, size) => {
        const bytes = Buffer.from(text, 'latin1');
        const scanned = await count(cut(bytes, size), share(), true);
        const read = await count(cut(bytes, size), share(), false);
        expect(scanned.sums).toEqual(read.sums);
        expect(scanned.requests).toEqual(read.requests);
      }),
      { numRuns: RUNS },
    );
  }, 3_600_000);

  it('have the same rows of requests, all columns or some, with addresses or networks', async () => {
    const share = beginCounts(1);
    const settings = fc.record({
      summaries: fc.constantFrom([], ['requests'], ['requests', 'statuses']),
      secretNames: fc.constant(SECRET_NAMES),
      clientBits: fc.constantFrom(null, { ipv4: 24, ipv6: 48 }),
      own: fc.subarray(REQUEST_COLUMNS.slice(), { minLength: 1 }).map((reads) => [toOwn(reads)]),
    });
    let rowCount = 0;
    await fc.assert(
      fc.asyncProperty(log, fc.integer({ min: 1, max: 5000 }), settings, async (text, size, keys) => {
        const bytes = Buffer.from(text, 'latin1');
        const [scanned, read] = [share(), share()];
        const found = await count(cut(bytes, size), scanned, true, keys);
        const toSource = (row: string) => row.replace(/ \d+\t/, ' source\t');
        const wanted = await count(cut(bytes, size), read, false, keys);
        expect(found.rows.map(toSource)).toEqual(wanted.rows.map(toSource));
        rowCount += found.rows.length;
      }),
      { numRuns: RUNS },
    );
    expect(rowCount).toBeGreaterThan(RUNS);
  }, 3_600_000);

  it('are the same when there are too many clients, referrers and objects to remember all', async () => {
    const lines = Array.from({ length: 150_000 }, (_, at) => {
      const number = (at * 7919) % 140_000;
      const client = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
      const referrer = `https://${'long.'.repeat(20)}example/?${number}`;
      return `${client} - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 1 "${referrer}" "a" 7 ${number}\n`;
    });
    const text = Buffer.from(lines.join(''), 'latin1');
    const share = beginCounts(1);
    const scanned = await count(cut(text, 262_144), share(), true);
    const read = await count(cut(text, 262_144), share(), false);
    // some keys have several rows
    expect(scanned.rowCount).toBeGreaterThan(scanned.sums.size);
    expect(scanned.requests).toEqual(read.requests);
    const total = (sums: ReadonlyMap<string, Sum>) =>
      [...sums].map(([key, sum]) => `${key} ${sum.requests} ${sum.bytes}`);
    expect(total(scanned.sums).toSorted()).toEqual(total(read.sums).toSorted());
  }, 120_000);
});
