// What is kept of logs that are committed again and again does not grow with the commits, and is what one run would have kept.

import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { BROWSER, ROBOT, requestLine } from '../support/logs.js';
import { readNamedTables, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { startFollowing } from './following.js';

const SUMMARIES = 'statuses,referrers,agents,visitors,clients,hours,bytes,requests';

const OWN = `-- How often each path was requested.
-- summary: paths
-- table: path_daily
-- keys: day date, path text
-- sums: requests bigint
-- reads: day, path
select day, path, count(*) from pg_temp.request group by 1, 2
`;

/** Rows as they are stored, but for what is random: the numbers of sources and the hashes of visitors. */
const ROWS = {
  site: `select part, day::text, case when part = 8 then null else key1 end as key1, key2, key3, requests::int, bytes::int
    from logtally.site_count order by 1, 2, 3, 4, 5, 6, 7`,
  object: `select part, day::text, object_id, case when part = 9 then null else key1 end as key1, requests::int, bytes::int
    from logtally.object_count order by 1, 2, 3, 4, 5, 6`,
  own: 'select day::text, summary, keys, sums from logtally.own_count order by keys::text, sums::text',
  request:
    'select day::text, client, path, count(*)::int as rows from logtally.request group by 1, 2, 3 order by 1, 2, 3',
  source: 'select site, content_type_id from logtally.count_source order by 1, 2',
  added: `select run_id, stream_id::int, object_id, hit_on::text, sum(hit_count)::int as hits
    from logtally.added_hits group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
} as const;

async function readRows(target: Target) {
  const answers = await target.queryAll(Object.values(ROWS));
  return Object.fromEntries(Object.keys(ROWS).map((name, at) => [name, answers[at]]));
}

/** Lines of a log: the same few objects and pages again and again. */
function write(log: number, from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => {
    const number = from + at;
    return requestLine({
      client: `203.0.113.${number % 3}`,
      time: `14/Apr/2026:1${log}:${String(Math.floor(number / 60)).padStart(2, '0')}:${String(number % 60).padStart(2, '0')} +0200`,
      target: `/photos/${number % 4}/`,
      agent: number % 5 === 0 ? ROBOT : BROWSER,
      ids: `photo ${number % 4}`,
    });
  }).join('');
}

describe('the bookkeeping of follow', () => {
  it('is that of one ingest, however often it commits', async ({ openTarget, folder, expect }) => {
    const [followed, ingested] = [await openTarget('postgres'), await openTarget('postgres')];
    const logs = [join(folder, 'a.log'), join(folder, 'b.log')] as const;
    const config = join(folder, 'test.toml');
    await writeFile(config, "[summaries]\nfolder = 'own'\n");
    await mkdir(join(folder, 'own'));
    await writeFile(join(folder, 'own', 'paths.sql'), OWN);
    const options = ['--config', config, '--summary', SUMMARIES];
    for (const [at, log] of logs.entries()) await writeFile(log, write(at, 0, 20));
    const following = startFollowing(followed, ['--quiet', ...options, ...logs]);
    await following.waitFor(40);
    for (let from = 20; from < 120; from += 20) {
      for (const [at, log] of logs.entries()) await appendFile(log, write(at, from, from + 20));
      await following.waitFor(2 * (from + 20));
    }
    expect(await following.end()).toMatchObject({ code: 0, stderr: '' });
    await succeed(ingested, ['ingest', '--quiet', ...options, ...logs]);
    expect(await readRows(followed)).toEqual(await readRows(ingested));
    expect(await readNamedTables(followed)).toEqual(await readNamedTables(ingested));
    for (const table of ['batch', 'addition', 'log_stream', 'run'])
      expect([table, await followed.query(`select count(*)::int as rows from logtally.${table}`)]).toEqual([
        table,
        await ingested.query(`select count(*)::int as rows from logtally.${table}`),
      ]);
    await succeed(followed, ['verify']);
    // all of it can be taken back
    await succeed(followed, ['undo', '1']);
    expect(await followed.query('select count(*)::int as rows from logtally.site_count')).toEqual([
      { rows: 0 },
    ]);
  });
});
