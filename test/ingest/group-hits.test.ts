// The hits of several small logs, added up together: the rows and shares that COPY gets must be those of the logs.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentTypes } from '../../src/ingest/counting/content-types.js';
import { CacheMemory } from '../../src/ingest/counting/hits/cells.js';
import { GroupHits } from '../../src/ingest/counting/hits/group-hits.js';
import { HitCounter } from '../../src/ingest/counting/hits/hit-counter.js';
import { countRuns } from '../support/random-runs.js';

/** One hit: the content type, the object, the day. */
type Hit = readonly [type: string, objectId: string, day: string];

const id = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('1', '2', '3', 'x'.repeat(40), 'x'.repeat(41), 'ä'.repeat(21)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('NULL', '"', '\\', '\\\\n', '\t', '\r\n', '{a,b}', ',', ' ', '\\"'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
);
const hit = fc.tuple(fc.constantFrom('photo', 'page'), id, fc.constantFrom('2026-04-14', '2026-04-15'));
const logs = fc.array(fc.array(hit, { maxLength: 30 }), { minLength: 1, maxLength: 6 });

const UNESCAPED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

/** Reads a value of COPY's text format. */
function unescapeCopy(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => UNESCAPED[character] ?? character);
}

/** Reads an array of quoted texts as PostgreSQL writes it. */
function readArray(text: string): readonly string[] {
  expect(text).toMatch(/^\{("(?:[^"\\]|\\.)*"(,|(?=\}$)))*\}$/s);
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, element = '']) =>
    element.replace(/\\(.)/gs, '$1'),
  );
}

function readLines(pieces: Iterable<Buffer>): readonly (readonly string[])[] {
  const text = Buffer.concat([...pieces]).toString('utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

function add(sums: Map<string, number>, key: readonly unknown[], hits: number): void {
  const name = JSON.stringify(key);
  sums.set(name, (sums.get(name) ?? 0) + hits);
}

/** Adds the logs up together. */
function addUp(allHits: readonly (readonly Hit[])[]) {
  const memory = new CacheMemory();
  const group = new GroupHits();
  const sent: string[] = [];
  const owners: { readonly log: number | null; readonly type: string }[] = [];
  for (const [log, hits] of allHits.entries()) {
    const types = new ContentTypes(owners.length);
    const counter = new HitCounter(memory, true);
    for (const [type, objectId, day] of hits)
      counter.addText(counter.getGroup(types.getKey('main', type), day), objectId);
    for (const piece of [...counter.take(), ...counter.finish()]) sent.push(piece.toString('utf8'));
    const held = counter.getHeld();
    if (held !== null) group.add(held, types);
    owners.push(...types.names.map((type) => ({ log, type })));
  }
  const shared = new ContentTypes(owners.length);
  const rows = readLines(group.toRows(shared));
  owners.push(...shared.names.map((type) => ({ log: null, type })));
  const shares = readLines(group.toShares());
  expect(group.rowCount).toBe(rows.length);
  expect(group.shareCount).toBe(shares.length);
  return { sent, rows, shares, owners };
}

describe('the hits of several small logs', () => {
  it('are one row for each object and day, and every log has its share', () => {
    fc.assert(
      fc.property(logs, (allHits) => {
        const { sent, rows, shares, owners } = addUp(allHits);
        expect(sent).toEqual([]);
        const wanted = { together: new Map<string, number>(), ofLogs: new Map<string, number>() };
        for (const [log, hits] of allHits.entries())
          for (const each of hits) {
            add(wanted.together, each, 1);
            add(wanted.ofLogs, [log, ...each], 1);
          }
        const found = { together: new Map<string, number>(), ofLogs: new Map<string, number>() };
        const short: string[] = [];
        for (const [key, objectId = '', day, hits] of rows) {
          const { log, type } = owners[Number(key)] ?? { log: -1, type: '' };
          const each = [type, unescapeCopy(objectId), day];
          add(found.together, each, Number(hits));
          if (log !== null) add(found.ofLogs, [log, ...each], Number(hits));
          if (Buffer.byteLength(objectId) <= 40) short.push(JSON.stringify(each));
        }
        for (const [key, day, ids = '', hits = ''] of shares) {
          const { log, type } = owners[Number(key)] ?? { log: -1, type: '' };
          const objectIds = readArray(unescapeCopy(ids));
          const counts = hits.slice(1, -1).split(',').map(Number);
          expect(counts.length).toBe(objectIds.length);
          for (const [at, objectId] of objectIds.entries())
            add(found.ofLogs, [log, type, objectId, day], counts[at] ?? 0);
        }
        expect(found).toEqual(wanted);
        expect(new Set(short).size).toBe(short.length);
      }),
      { numRuns: countRuns(300) },
    );
  });

  it('are the same with more objects than the smallest cells and the first index take', () => {
    const toHits = (first: number): readonly Hit[] =>
      Array.from({ length: 9000 }, (_, at) => ['photo', String(first + (at % 8000)), '2026-04-14']);
    const { rows, shares } = addUp([toHits(0), toHits(4000)]);
    expect(rows.length).toBe(12_000);
    expect(rows.reduce((sum, [, , , hits]) => sum + Number(hits), 0)).toBe(18_000);
    const shared = shares.map(([, , ids = '']) => readArray(ids).length);
    expect(shared).toEqual([4000, 4000]);
  });

  it('are not held of a log with many objects, or with many long ids', () => {
    const many = Array.from({ length: 40_000 }, (_, at): Hit => ['photo', String(at), '2026-04-14']);
    const long = Array.from({ length: 9000 }, (_, at): Hit => ['photo', 'x'.repeat(200) + at, '2026-04-14']);
    for (const hits of [many, long]) {
      const { sent, rows } = addUp([hits, [['photo', '1', '2026-04-14']]]);
      expect(sent.join('').split('\n').length - 1).toBe(hits.length);
      expect(rows).toEqual([['1', '1', '2026-04-14', '1']]);
    }
  });
});
