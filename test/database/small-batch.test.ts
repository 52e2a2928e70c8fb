// A batch that is small beside the objects that there are is merged by another statement: it must add the same.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { generateLog } from '../../fixtures/generate.js';
import { countByAwk } from '../support/oracle.js';
import { OFTEN_TESTED, readTables } from '../support/targets.js';
import { it } from '../support/test.js';

async function generate(path: string, options: Partial<Parameters<typeof generateLog>[0]>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const common = { objects: 9000, skew: 0.1, types: 3, shareWithoutIds: 0.1, days: 20, lineBytes: 200 };
  for await (const chunk of generateLog({ lines: 0, seed: 0, format: 'combined_ids', ...common, ...options }))
    chunks.push(Buffer.from(chunk));
  const log = Buffer.concat(chunks);
  await writeFile(path, log);
  return log;
}

describe.each(OFTEN_TESTED)('a small batch in %s', (kind) => {
  it('adds to known and new objects and days what a large one would', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    const [large, small, both] = ['large.log', 'small.log', 'both.log'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const first = await generate(large, { lines: 20_000, seed: 1 });
    // more objects than the large one knows, and more days
    const second = await generate(small, { lines: 300, seed: 2, objects: 12_000, days: 30 });
    await writeFile(both, Buffer.concat([first, second]));
    expect((await target.run(['ingest', large])).code).toBe(0);
    await target.query('analyze logtally.object_hits');
    const [row] = await target.query(
      `select reltuples > 10 * 300 as is_small from pg_class where oid = 'logtally.object_hits'::regclass`,
    );
    expect(row?.['is_small']).toBe(true);
    expect((await target.run(['ingest', small])).code).toBe(0);
    const top = await target.run(['top', '--json', '--limit', '100000']);
    const hits = (JSON.parse(top.stdout) as Record<string, unknown>[]).map((one) => [
      one['contentType'],
      one['objectId'],
      one['hits'],
      one['rank'],
    ]);
    const expected = await countByAwk(both);
    expect(hits.sort()).toEqual(
      expected.map((one) => [one.contentType, one.objectId, one.hits, one.rank]).sort(),
    );
    expect((await target.run(['verify'])).code).toBe(0);
    const days = (await readTables(target))['object_hits_daily'] ?? [];
    const sum = days.reduce((total, day) => total + Number(day['hit_count']), 0);
    expect(sum).toBe(expected.reduce((total, one) => total + one.hits, 0));
  });
});
