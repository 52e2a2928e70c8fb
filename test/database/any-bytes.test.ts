// Whatever a log holds: each line is accounted for once, and what is staged of it is taken by COPY.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { generateLog } from '../../fixtures/generate.js';
import { TARGET_KINDS } from '../support/targets.js';
import { it } from '../support/test.js';

const LINES = 20_000;
const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA"';

/** Bytes that have a meaning to COPY, to UTF-8 or to a parser come often. */
const byte = fc.oneof(
  fc.constantFrom(...'\0\\\t\r.N"x- \x7f\xa0\xc3\xe2\xff'),
  fc.integer({ min: 0, max: 255 }).map((code) => (code === 10 ? '\\' : String.fromCharCode(code))),
);

/** A good line whose two ids are anything. */
const lineWithIds = fc
  .tuple(fc.constantFrom('7', 'core.photo'), fc.string({ unit: byte, minLength: 1, maxLength: 40 }))
  .map(([type, id]) => `${GOOD} ${type} ${id}`);

const anyLine = fc.string({ unit: byte, maxLength: 200 });

function sampleLog(lines: number): Buffer {
  const sampled = fc.sample(fc.oneof({ weight: 4, arbitrary: lineWithIds }, anyLine), {
    numRuns: lines,
    seed: 20,
  });
  return Buffer.from(`${sampled.join('\n')}\n`, 'latin1');
}

describe.each(TARGET_KINDS)('any bytes, ingested into %s', (kind) => {
  it('are accounted for line by line, and what is staged of them is taken by COPY', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'any.log');
    const dirty = [...generateLog({ lines: 5000, shareDirty: 0.3 })].join('');
    const log = Buffer.concat([sampleLog(LINES), Buffer.from(dirty, 'latin1')]);
    await writeFile(path, log);
    const { code, stdout } = await target.run(['ingest', '--json', '--max-rejects', '100%', path]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.lines).toBe(LINES + 5000);
    expect(result.counted + result.unattributed + result.filtered + result.rejected).toBe(result.lines);
    expect(result.counted).toBeGreaterThan(LINES / 4);
    expect(result.rejected).toBeGreaterThan(LINES / 10);
    const [row] = await target.query('select sum(hit_count)::int as hits from logtally.object_hits');
    expect(row).toEqual({ hits: result.counted });
  });
});
