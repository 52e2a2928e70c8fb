// W3C extended logs change their columns in the middle: what is read later is read by the line that holds there.

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe } from 'vitest';
import { FieldsWatch } from '../../src/ingest/identity/known/fields-watch.js';
import { countRuns } from '../support/random-runs.js';
import { readTables } from '../support/targets.js';
import { it } from '../support/test.js';

const OLD_FIELDS = '#Fields: date time cs-method cs-uri-stem sc-status x-content-type-id x-object-id\n';
const NEW_FIELDS = '#Fields: date time x-object-id x-content-type-id cs-method cs-uri-stem sc-status\n';

function oldLines(from: number, to: number): string {
  return Array.from(
    { length: to - from },
    (_, at) => `2026-04-14 10:22:31 GET /p/${from + at} 200 photo ${from + at}\n`,
  ).join('');
}

function newLines(from: number, to: number): string {
  return Array.from(
    { length: to - from },
    (_, at) => `2026-04-14 10:22:31 ${from + at} photo GET /p/${from + at} 200\n`,
  ).join('');
}

describe('the #Fields line of a W3C log', () => {
  it('is the last whole one before, however the bytes are cut', ({ expect }) => {
    const line = fc.oneof(
      fc.constantFrom(
        '#Fields: a b\n',
        '#Fields:\n',
        '#Date: x\n',
        'x #Fields: no\n',
        '\n',
        '#Fields: c\r\n',
      ),
      fc.string({ maxLength: 30, unit: 'binary-ascii' }),
    );
    const text = fc.array(line, { maxLength: 30 }).map((parts) => `#Version: 1.0\n${parts.join('')}`);
    const cuts = fc.array(fc.nat({ max: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(text, cuts, (log, positions) => {
        const bytes = Buffer.from(log, 'latin1');
        const watch = new FieldsWatch(bytes.subarray(0, 4096));
        let from = 0;
        for (const to of [...positions.sort((a, b) => a - b), bytes.length]) {
          const piece = bytes.subarray(from, Math.min(to, bytes.length));
          const whole = log
            .slice(0, from + piece.length)
            .split('\n')
            .slice(0, -1)
            // NUL bytes before a line are no part of it
            .map((candidate) => candidate.replace(/^\0+/, ''));
          const expected = whole.findLast((candidate) => candidate.startsWith('#Fields:')) ?? null;
          watch.update(piece);
          expect(watch.last).toBe(expected);
          from += piece.length;
        }
      }),
      {
        numRuns: countRuns(500),
        examples: [
          ['#Version: 1.0\n\0#Fields: a b\n', []],
          ['#Version: 1.0\n\0#Fields: a b\n', [16]],
        ],
      },
    );
  });

  it('holds for what a log grows by, and for what is counted again after an undo', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'u_ex260414.log');
    const ingest = () => target.run(['ingest', '--format', 'w3c', log]);
    await writeFile(log, `#Version: 1.0\n${OLD_FIELDS}${oldLines(0, 200)}${NEW_FIELDS}${newLines(200, 210)}`);
    expect((await ingest()).code).toBe(0);
    await appendFile(log, newLines(210, 300));
    expect((await ingest()).code).toBe(0);
    await appendFile(log, `${OLD_FIELDS}${oldLines(300, 400)}`);
    expect((await ingest()).code).toBe(0);
    const all = await readTables(target);
    const hits = (all['object_hits'] ?? []).map((row) => `${row['object_id']}: ${row['hit_count']}`);
    expect(hits.sort()).toEqual(Array.from({ length: 400 }, (_, id) => `${id}: 1`).sort());
    expect((await target.run(['undo', '2'])).code).toBe(0);
    expect((await ingest()).code).toBe(0);
    expect((await readTables(target))['object_hits']).toEqual(all['object_hits']);
  });
});
