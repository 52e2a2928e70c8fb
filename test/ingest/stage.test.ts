// The fast way from bytes to rows, held against the plain one: cut at LF, let the format's expression read each line, count.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Account } from '../../src/ingest/counting/account.js';
import { createCombinedScan } from '../../src/ingest/counting/combined-scan.js';
import { ContentTypes } from '../../src/ingest/counting/content-types.js';
import { createHitParser } from '../../src/ingest/counting/hit.js';
import { CacheMemory } from '../../src/ingest/counting/hits/cells.js';
import { HitCounter } from '../../src/ingest/counting/hits/hit-counter.js';
import { Stage } from '../../src/ingest/counting/stage.js';
import type { RangePiece, ReadRange } from '../../src/ingest/identity/ranges.js';
import { resolveFormatChoice } from '../../src/parse/choice/format-choice.js';
import { findIgnored } from '../../src/parse/lines/reject.js';
import { DEFAULT_FORMAT_OPTIONS } from '../../src/parse/presets/formats.js';
import { cacheDays, parseClfDay } from '../../src/parse/times/timestamp.js';
import { trimLineEnd } from '../../src/source/lines.js';
import { HIT_TARGET } from '../../src/summaries/object-hits.js';
import { NO_KEYS, ONLY_LOG } from '../support/no-summaries.js';
import { createPlainAttribution } from '../support/plain-attribution.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import { countRuns } from '../support/random-runs.js';

const MAX_LINE_BYTES = 400;
const RUNS = countRuns(1000);

const GOOD = [
  '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /photos/1234/ HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11)" 7 1234',
  '2001:db8::1 - frank [28/Feb/2024:23:59:60 -1130] "POST /a b HTTP/1.1" 404 - "https://a.example/?q=1" "-" core.photo a-b_c/d',
  'host - - [01/Jan/2026:00:00:00 +0000] "-" 400 0 "-" "-" - -',
  'host - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.0" 200 12 "" ""',
  '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /\xc3\xa4 HTTP/1.1" 200 5120 "-" "\xe2\x80\xa6" 7 \xc3\xa4',
  '203.0.113.9 - a b [14/Apr/2026:10:22:31 +0200] "GET /\\"x\\" HTTP/1.1" 200 5120 "-" "say \\\\" 7 a\\x41',
  '203.0.113.9 - - [31/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5120 "-" "-" 7 1',
  '203.0.113.9 - - [14/Apr/2026:24:22:31 +1500] "GET / HTTP/1.1" 200 1234567890123456 "-" "-" 7 1',
  `203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 1 "-" "-" 12345678901234567890 1`,
  `203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 1 "-" "-" 9x 1`,
  `203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 1 "-" "-" 9 ${'x'.repeat(60)}`,
  '#Fields: a b',
  '#a b c [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 1 "-" "-" 7 1',
  '',
  ' \t',
  `x${'y'.repeat(MAX_LINE_BYTES)}`,
];

/** Bytes that mean something, and some that do not. */
const bytes = fc.constantFrom(...' "\\[]:/+-\t\r\v#019aZ.\0\x7f\x80\xa0\xff');

const line = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...GOOD) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...GOOD),
        fc.nat({ max: 140 }),
        bytes,
        fc.constantFrom('change', 'insert', 'cut'),
      )
      .map(([text, at, byte, change]) => {
        if (change === 'cut') return text.slice(0, at) + text.slice(at + 1);
        return text.slice(0, at) + byte + text.slice(change === 'insert' ? at : at + 1);
      }),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 30 }).map((text) => text.replaceAll('\n', ' ')),
  },
);
const log = fc
  .tuple(
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 25 }),
    fc.constantFrom('', '', '\xef\xbb\xbf'),
    fc.boolean(),
  )
  .map(([lines, mark, isFinished]) => {
    const text = mark + lines.map(([one, end]) => one + end).join('');
    return isFinished ? text : text.slice(0, -1);
  });

interface Counted {
  readonly hits: ReadonlyMap<string, number>;
  readonly lines: number;
  readonly counted: number;
  readonly unattributed: number;
  readonly filtered: number;
  readonly rejected: number;
  readonly reasons: Readonly<Record<string, number>>;
}

function countPlainly(text: string, maxLineBytes: number): Counted {
  const parser = createHitParser(
    chooseFormat().choose([], { path: '-', linesBefore: 0 }),
    createPlainAttribution('s'),
  );
  const account = new Account();
  const hits = new Map<string, number>();
  const whole = text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
  for (const written of (whole.endsWith('\n') ? whole.slice(0, -1) : whole).split('\n')) {
    if (whole === '') break;
    const one = written.replace(/^\0+/, '');
    account.lines += 1;
    const position = { number: 0, offset: 0, bytes: one.length, nulBytes: 0, isUnfinished: false };
    const trimmed = trimLineEnd(one);
    const ignored = one.length > maxLineBytes ? null : findIgnored(trimmed);
    if (one.length > maxLineBytes) account.reject({ reject: 'line too long', field: null }, position, one);
    else if (ignored !== null) account.filter(ignored);
    else {
      const hit = parser.parse(trimmed);
      if (hit === null) account.unattributed += 1;
      else if ('day' in hit) {
        account.counted += 1;
        const key = JSON.stringify([hit.contentType, hit.objectId, hit.day]);
        hits.set(key, (hits.get(key) ?? 0) + 1);
      } else if ('reject' in hit) account.reject(hit, position, one);
    }
  }
  return toCounted(account, hits);
}

function chooseFormat() {
  return resolveFormatChoice('combined_ids', DEFAULT_FORMAT_OPTIONS, () => undefined);
}

function toCounted(account: Account, hits: ReadonlyMap<string, number>): Counted {
  const { lines, counted, unattributed, filtered, rejected } = account;
  const reasons = Object.fromEntries([...account.rejectedFor].sort(([a], [b]) => a.localeCompare(b)));
  return { hits, lines, counted, unattributed, filtered, rejected, reasons };
}

const UNESCAPED: Readonly<Record<string, string>> = { '\\t': '\t', '\\n': '\n', '\\r': '\r', '\\\\': '\\' };

/** What the stage makes of a log that comes in pieces. */
async function countByStage(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  maxLineBytes: number,
): Promise<Counted> {
  const range: ReadRange = {
    start: 0,
    end: Number.POSITIVE_INFINITY,
    linesBefore: 0,
    startsInsideLine: false,
    fieldsBefore: null,
  };
  const stage = new Stage({
    path: '-',
    settings: {
      choice: chooseFormat(),
      attribution: createPlainAttribution('s'),
      maxLineBytes,
      keys: NO_KEYS,
    },
    onReject: () => undefined,
    countsUnfinishedLine: () => true,
    ...ONLY_LOG,
    stream: null,
    firstTypeKey: 0,
    holdsSmall: false,
    keepsHits: true,
    memory: new CacheMemory(),
    linesBefore: [],
    rejects: null,
  });
  async function* toPieces(): AsyncGenerator<RangePiece> {
    for await (const piece of pieces) yield { range, bytes: piece };
  }
  let rows = '';
  for await (const piece of stage.toRows(toPieces())) rows += piece.text.toString('utf8');
  const { names } = stage.contentTypes;
  const hits = new Map<string, number>();
  const lines = rows.split('\n').slice(0, -1);
  for (const row of lines) {
    const [type = '', id = '', day = '', count] = row.split('\t');
    const objectId = id.replace(/\\[tnr\\]/g, (escaped) => UNESCAPED[escaped] ?? '');
    const key = JSON.stringify([names[Number(type)], objectId, day]);
    hits.set(key, (hits.get(key) ?? 0) + Number(count));
  }
  expect(stage.countRows(HIT_TARGET)).toBe(lines.length);
  return toCounted(Account.sum(stage.ranges.map(({ account }) => account)), hits);
}

function* cut(buffer: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let from = 0;
  for (let turn = 0; from < buffer.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield buffer.subarray(from, from + size);
    from += size;
  }
}

describe('the fast way from bytes to rows', () => {
  it('counts what the plain one counts, whatever the lines are and wherever they are cut', async () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 })), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(log, sizes, async (text, pieceSizes) => {
        const counted = await countByStage(cut(Buffer.from(text, 'latin1'), pieceSizes), MAX_LINE_BYTES);
        expect(counted).toEqual(countPlainly(text, MAX_LINE_BYTES));
      }),
      { numRuns: RUNS },
    );
  }, 3_600_000);

  it('is the same wherever a log is cut in two', async () => {
    const text = `\xef\xbb\xbf${GOOD.map((one) => `${one}\n`).join('')}${GOOD[0]}`;
    const expected = countPlainly(text, MAX_LINE_BYTES);
    const buffer = Buffer.from(text, 'latin1');
    for (let at = 0; at <= buffer.length; at += 1) {
      const counted = await countByStage([buffer.subarray(0, at), buffer.subarray(at)], MAX_LINE_BYTES);
      expect(counted).toEqual(expected);
    }
  });

  it('counts each of many objects as often as it came, also where they do not fit into the cache', async () => {
    const lines = Array.from(
      { length: 300_000 },
      (_, at) => `h - - [14/Apr/2026:10:22:31 +0200] "-" 200 1 "-" "-" ${at % 3} ${(at * 7919) % 140_000}\n`,
    );
    const text = lines.join('');
    const counted = await countByStage(cut(Buffer.from(text, 'latin1'), [262_144]), MAX_LINE_BYTES);
    expect(counted).toEqual(countPlainly(text, MAX_LINE_BYTES));
  });

  it('reads ordinary lines by itself, and leaves the others', () => {
    const account = new Account();
    const scan = createCombinedScan({
      counter: new HitCounter(new CacheMemory()),
      maxLineBytes: MAX_LINE_BYTES,
      ...{ site: 's', contentTypes: new ContentTypes(0) },
      decode: (text) => text,
      onRequest: null,
      toDay: cacheDays(parseClfDay),
    });
    const ordinary = Buffer.from(
      GOOD.slice(0, 4)
        .map((one) => `${one}\r\n`)
        .join(''),
      'latin1',
    );
    expect(scan(ordinary, 0, ordinary.length, account)).toBe(ordinary.length);
    expect(account).toMatchObject({ lines: 4, counted: 2, unattributed: 2 });
    for (const one of GOOD.slice(4)) {
      const left = Buffer.from(`${one}\n`, 'latin1');
      const isOrdinary = one.endsWith('x'.repeat(60));
      expect(scan(left, 0, left.length, account)).toBe(isOrdinary ? left.length : 0);
    }
  });
});

const LOGS = join(PROJECT_FOLDER, '../shared/logs');

describe.skipIf(!existsSync(LOGS))('real logs, where they lie beside the checkout', () => {
  const files = existsSync(LOGS) ? readdirSync(LOGS, { recursive: true, encoding: 'utf8' }) : [];
  it.for(files.filter((file) => file.endsWith('.gz')))('%s is counted as the plain way does', (file) => {
    const log = gunzipSync(readFileSync(join(LOGS, file)));
    return expect(countByStage(cut(log, [50_000]), MAX_LINE_BYTES)).resolves.toEqual(
      countPlainly(log.toString('latin1'), MAX_LINE_BYTES),
    );
  });
});
