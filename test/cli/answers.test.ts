import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { OFTEN_TESTED } from '../support/targets.js';
import { it } from '../support/test.js';

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5 "-" "UA" 7 1\n';

function log(...objects: readonly (readonly [type: string, id: string, hits: number])[]): string {
  return objects.map(([type, id, hits]) => GOOD.replace(' 7 1\n', ` ${type} ${id}\n`).repeat(hits)).join('');
}

describe.each(OFTEN_TESTED)('answers from %s', (kind) => {
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
      countedSince: null,
      name: null,
      label: null,
    });
    expect((await target.run(['show', 'core.photo', 'a/b'])).stdout).toContain('rank  2 of 2');
    expect(await target.run(['show', 'core.photo', 'x'])).toMatchObject({ code: 1, stdout: '' });
  });
});

/** What each command that reads says as JSON where there is nothing, and as comma-separated values where it can. */
const READERS = [
  [['top'], '[]', /^site,content_type,rank,.*\r\n$/],
  [['top', '7', '--site', 's', '--compare'], '[]', /^site,content_type,rank,.*\r\n$/],
  [['top', '--types'], '[]', /^site,content_type,name,.*\r\n$/],
  [['show', '7', '1'], 'null', null],
  [['runs'], '[]', null],
  [['status'], '{"streams":[],"newLogs":[],"others":0,"workers":null}', null],
  [['verify'], '{"agrees":true,"repairedRanks":null,"checks":[]}', null],
] as const;

const NOTHING = { code: 0, stdout: 'nothing has been counted yet\n', stderr: '' };

describe('where nothing was counted', () => {
  it('every command that reads says so in the same words with exit code 0, and creates nothing', async ({
    folder,
    openTarget,
  }) => {
    const none = { LOGTALLY_DATA_DIR: folder };
    const empty = await openTarget('postgres');
    const withSchema = await openTarget('postgres');
    expect(await withSchema.run(['init'])).toMatchObject({ code: 0 });
    for (const environment of [none, empty.environment, withSchema.environment]) {
      for (const [args, json, csv] of READERS) {
        expect([args, await runCli(args, { environment })]).toEqual([args, NOTHING]);
        const told = await runCli([...args, '--json'], { environment });
        expect([args, told]).toEqual([args, { code: 0, stdout: `${json}\n`, stderr: '' }]);
        if (csv !== null) expect((await runCli([...args, '--csv'], { environment })).stdout).toMatch(csv);
      }
    }
    // tables that are there answer for themselves
    for (const environment of [none, empty.environment]) {
      const statement = 'select * from logtally.object_hits';
      expect(await runCli(['query', statement], { environment })).toEqual(NOTHING);
      expect((await runCli(['query', '--json', statement], { environment })).stdout).toBe('[]\n');
    }
    expect(await readdir(folder)).toEqual([]);
    expect(await empty.query("select to_regnamespace('logtally') as schema")).toEqual([{ schema: null }]);
  });
});

describe('a name that is not known', () => {
  it('of a content type or a site is a usage error that lists near names', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const input = log(['core.photo', '1', 2], ['core.album', '1', 1], ['7', '1', 1]);
    await target.run(['ingest', '--quiet', '--site', 'www.example.com'], { input });
    await target.run(['ingest', '--quiet', '--site', '\u202eshop'], {
      // a log that begins like the other one would be taken for it
      input: log(['9', '1', 1]).replace('203', '198'),
    });
    const config = join(folder, 'logtally.toml');
    await writeFile(config, '[[content_type]]\nid = 7\nname = "video"\n');
    const cases: readonly (readonly [args: readonly string[], message: string, hint: string])[] = [
      [['top', 'core.foto'], "content type 'core.foto'", "did you mean 'core.photo'?"],
      [['top', 'Photo', '--json'], "content type 'Photo'", "did you mean 'core.photo'?"],
      [['top', 'core.foto', '--types'], "content type 'core.foto'", "did you mean 'core.photo'?"],
      [['top', 'vidoe', '--config', config], "content type 'vidoe'", "did you mean 'video'?"],
      [['show', 'core.albums', '1'], "content type 'core.albums'", "did you mean 'core.album'?"],
      [['top', 'something.else'], "content type 'something.else'", 'hint: logtally top --types lists'],
      [['top', '--site', 'example.com'], "site 'example.com'", "did you mean 'www.example.com'?"],
      [['show', '7', '1', '--site', 'www.example.con'], "'www.example.con'", "'www.example.com'?"],
      [['report', '--output', '-', '--site', 'x'], "site 'x'", 'hint: logtally top --types lists'],
      [['top', '--site', 'shop'], "site 'shop'", "did you mean '\\xe2\\x80\\xaeshop'?"],
      [
        ['top', '9', '--site', 'www.example.com'],
        "content type '9' of site 'www.example.com'",
        'hint: it was counted for site \\xe2\\x80\\xaeshop',
      ],
    ];
    // an object that nobody asked for is not a misspelt name
    const unknown = await target.run(['show', 'core.photo', '99']);
    expect(unknown).toEqual({
      ...{ code: 1, stdout: '' },
      stderr:
        "logtally: error: content type 'core.photo' has no object '99' with hits\nlogtally: hint: logtally top lists the objects with the most hits\n",
    });
    for (const [args, message, hint] of cases) {
      const { code, stdout, stderr } = await target.run(args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).toContain(`${message} has been counted`);
      expect(stderr).toContain(hint);
      expect(stderr).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
    }
    const unknownObject = await target.run(['show', '7', '99']);
    expect(unknownObject).toMatchObject({ code: 1, stdout: '' });
  });

  it('is found in the list of content types and sites that top --types prints', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    await target.run(['ingest', '--quiet', '--site', 'a'], { input: log(['7', '1', 1200], ['7', '2', 1]) });
    const later = log(['photo', '=1', 1]).replace('14/Apr', '15/Apr');
    await target.run(['ingest', '--quiet', '--site', 'b'], { input: later + log(['photo', '=1', 2]) });
    expect((await target.run(['top', '--types'])).stdout).toBe(
      `site  content type  objects   hits  first day   last day
a     7                   2  1,201  2026-04-14  2026-04-14
b     photo               1      3  2026-04-14  2026-04-15
`,
    );
    const type = {
      ...{ site: 'b', contentType: 'photo', name: null, objects: 1, hits: 3 },
      ...{ firstHitOn: '2026-04-14', lastHitOn: '2026-04-15' },
    };
    expect(JSON.parse((await target.run(['top', '--types', '--site', 'b', '--json'])).stdout)).toEqual([
      type,
    ]);
    expect((await target.run(['top', 'photo', '--types', '--csv'])).stdout).toBe(
      'site,content_type,name,objects,hits,first_hit_on,last_hit_on\r\nb,photo,,1,3,2026-04-14,2026-04-15\r\n',
    );
  });
});

describe('options of an answer', () => {
  it('that exclude each other are a usage error', async () => {
    for (const args of [
      ['top', '--json', '--csv'],
      ['top', '--types', '--json', '--csv'],
      ['query', 'select 1', '--csv', '--json'],
      ['top', '--types', '--sort', 'new'],
    ]) {
      const { code, stdout, stderr } = await runCli(args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      expect(stderr).toContain('cannot be used with option');
    }
  });
});
