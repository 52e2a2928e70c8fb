import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { TARGET_KINDS } from '../support/targets.js';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';

function log(...objects: readonly (readonly [type: string, id: string, hits: number])[]): string {
  return objects.map(([type, id, hits]) => GOOD.replace(' 7 1\n', ` ${type} ${id}\n`).repeat(hits)).join('');
}

describe.each(TARGET_KINDS)('answers from %s', (kind) => {
  it('ranks equal hits equally, and leaves the rank after them out', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest'], { input: log(['7', 'a', 3], ['7', 'b', 3], ['7', 'c', 1], ['9', 'd', 1]) });
    const { stdout } = await target.run(['top', '--json']);
    const ranks = JSON.parse(stdout).map((object: { objectId: string; rank: number }) => [
      object.objectId,
      object.rank,
    ]);
    expect(ranks).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 3],
      ['d', 1],
    ]);
  });

  it('lists one type, as many as asked for, as a table and as comma-separated values', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await target.run(['ingest'], {
      input: log(['7', '=1+1', 1200], ['7', 'b', 2], ['7', 'c', 1], ['9', 'd', 1]),
    });
    const table = await target.run(['top', '7', '--limit', '2']);
    expect(table.stdout).toBe(
      '7\n' +
        'rank  object   hits  share              last 14 days    first day   last day\n' +
        '   1  =1+1    1,200  99.8%  ██████████  .............█  2026-04-14  2026-04-14\n' +
        '   2  b           2   0.2%  ▏           .............█  2026-04-14  2026-04-14\n',
    );
    const csv = await target.run(['top', '9', '--csv']);
    expect(csv.stdout).toBe(
      'site,content_type,rank,object_id,hits,first_hit_on,last_hit_on,name,label,share,previous_hits\r\n' +
        'default,9,1,d,1,2026-04-14,2026-04-14,,,1,\r\n',
    );
    expect((await target.run(['top', '7', '--csv', '--limit', '1'])).stdout).toContain("'=1+1");
  });

  it('shows one object, and says when it was never counted', async ({ openTarget }) => {
    const target = await openTarget(kind);
    await target.run(['ingest'], { input: log(['core.photo', 'a/b', 2], ['core.photo', 'c', 5]) });
    const shown = await target.run(['show', 'core.photo', 'a/b', '--json']);
    expect(JSON.parse(shown.stdout)).toEqual({
      site: 'default',
      contentType: 'core.photo',
      objectId: 'a/b',
      hits: 2,
      rank: 2,
      objects: 2,
      firstHitOn: '2026-04-14',
      lastHitOn: '2026-04-14',
      days: [{ day: '2026-04-14', hits: 2 }],
      bestDay: { day: '2026-04-14', hits: 2 },
      name: null,
      label: null,
    });
    expect((await target.run(['show', 'core.photo', 'a/b'])).stdout).toContain('rank  2 of 2');
    expect(await target.run(['show', 'core.photo', 'x'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('a database in which nothing was counted', () => {
  it('answers with nothing, and is not created by asking', async ({ folder, openTarget }) => {
    const environment = { LOGTALLY_DATA_DIR: `${folder}/none` };
    expect(await runCli(['top', '--json'], { environment })).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect((await runCli(['show', '7', '1'], { environment })).stderr).toContain("no hit of '7' '1'");
    const target = await openTarget('postgres');
    expect(await target.run(['top'])).toMatchObject({ code: 0, stdout: 'nothing has been counted yet\n' });
    expect(await target.query("select to_regnamespace('logtally') as schema")).toEqual([{ schema: null }]);
  });
});
