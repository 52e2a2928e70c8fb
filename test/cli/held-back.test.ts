import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { ingest } from '../support/logs.js';
import { OFTEN_TESTED, readTables, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const START = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET /p/1 HTTP/1.1" 200 5';
const GOOD = `${START} "-" "UA" 7 1\n`;
/** In `common`, and in none of the formats that begin like combined. */
const OTHER = `${START}\n`;

async function countHits(target: Target): Promise<unknown> {
  return (await target.query('select coalesce(sum(hit_count), 0)::int as hits from logtally.object_hits'))[0];
}

describe.each(OFTEN_TESTED)('a log in another format, in %s', { timeout: 120_000 }, (kind) => {
  it('is held back where more than half of its lines are rejects, and counted in the right one afterwards', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    // good and bad lines take turns: no place where the format changes
    await writeFile(path, (OTHER + GOOD + OTHER).repeat(20) + OTHER.repeat(2));
    const wrong = await ingest(target.environment, ['--quiet', path]);
    expect(wrong).toMatchObject({
      code: 3,
      account: { lines: 0, counted: 0, inputs: [{ state: 'failed' }] },
    });
    expect(wrong.stderr).toContain(
      `42 of 62 lines of '${path}' are not in the format combined_ids: line 1: `,
    );
    expect(wrong.stderr).toContain('nothing of it is counted');
    expect(wrong.stderr).toContain('hint: they fit --format common, or --max-rejects 100% counts');
    expect(await countHits(target)).toEqual({ hits: 0 });
    const right = await ingest(target.environment, ['--format', 'common', '--by-path', '--quiet', path]);
    expect(right).toMatchObject({ code: 3, account: { lines: 62, counted: 42 } });
  });

  it('is held back with the line and the byte where the format changes', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'access.log');
    await writeFile(path, GOOD.repeat(400) + OTHER.repeat(150));
    const changed = await ingest(target.environment, ['--quiet', path]);
    expect(changed).toMatchObject({ code: 3, account: { lines: 0, inputs: [{ state: 'failed' }] } });
    const where = `changes its format at line 401 (byte ${400 * GOOD.length}): from there on 150 of 150 lines`;
    expect(changed.stderr).toContain(where);
    expect(changed.stderr).toContain('they fit --format common');
    // a part behind what was counted
    await writeFile(path, GOOD.repeat(400));
    expect(await ingest(target.environment, [path])).toMatchObject({ code: 0, account: { counted: 400 } });
    await appendFile(path, OTHER.repeat(150));
    const grown = await ingest(target.environment, ['--quiet', path]);
    expect(grown).toMatchObject({ code: 3, account: { lines: 0, inputs: [{ state: 'failed' }] } });
    expect(grown.stderr).toContain(where);
    expect(await countHits(target)).toEqual({ hits: 400 });
    // a person decides otherwise
    const rejects = join(folder, 'rejects');
    const decided = await ingest(target.environment, ['--max-rejects', '100%', '--rejects', rejects, path]);
    expect(decided).toMatchObject({ code: 0, account: { lines: 150, rejected: 150 } });
    expect(await readFile(rejects, 'utf8')).toBe(OTHER.repeat(150));
  });
});

describe('a log', () => {
  it.for([
    ['half of its lines', 1, 1, 'counted'],
    ['more than half of its lines', 1, 2, 'failed'],
    ['its only line', 0, 1, 'failed'],
    ['its last lines, fewer than 10', 21, 9, 'counted'],
    ['its last 10 lines and a quarter of it', 30, 10, 'failed'],
    ['its last 10 lines and less than a quarter of it', 31, 10, 'counted'],
    ['its last 99 lines', 900, 99, 'counted'],
    ['its last 100 lines', 900, 100, 'failed'],
  ] as const)(
    'of which %s are rejects: %i good, %i rejected, is %s',
    async ([, good, bad, state], { openTarget, folder }) => {
      const target = await openTarget('postgres');
      const path = join(folder, 'access.log');
      // neither blank lines nor directives are judged
      await writeFile(path, `${GOOD.repeat(good)}#Date: today\n\n${OTHER.repeat(bad)}\n#\n\n`);
      expect(await ingest(target.environment, [path])).toMatchObject({
        account: { inputs: [{ state }], lines: state === 'failed' ? 0 : good + bad + 5 },
      });
      const [run] = await target.query('select exit_code from logtally.run');
      expect(run).toEqual({ exit_code: state === 'failed' || (bad > 1 && bad * 10 > good + bad) ? 3 : 0 });
      if (state === 'failed') expect(await target.query('select * from logtally.batch')).toEqual([]);
    },
  );

  it('that begins in another format says where that ends', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'access.log.gz');
    await writeFile(path, gzipSync(OTHER.repeat(100) + GOOD.repeat(300)));
    const { code, stderr } = await ingest(target.environment, ['--quiet', path]);
    expect(code).toBe(3);
    expect(stderr).toContain(
      `changes its format at line 101 (byte ${100 * OTHER.length}): before it 100 of 100 lines`,
    );
  });

  it('keeps its odd lines in a quiet minute: they are judged together with those before', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'access.log');
    await writeFile(path, GOOD.repeat(50));
    expect(await ingest(target.environment, [path])).toMatchObject({ code: 0, account: { counted: 50 } });
    await appendFile(path, OTHER);
    expect(await ingest(target.environment, ['--quiet', path])).toMatchObject({
      code: 0,
      stderr: '',
      account: { rejected: 1 },
    });
    await appendFile(path, OTHER.repeat(9));
    const more = await ingest(target.environment, ['--quiet', path]);
    expect(more).toMatchObject({ code: 3, account: { lines: 9, rejected: 9 } });
    expect(more.stderr).toContain('more than --max-rejects 10% allows');
  });

  it('is judged by its last 1,000 lines, not by millions before them', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'access.log');
    await writeFile(path, GOOD.repeat(5000));
    await ingest(target.environment, [path]);
    for (const batch of Array.from({ length: 10 }, (_, at) => at + 1)) {
      await appendFile(path, OTHER.repeat(50));
      expect(await ingest(target.environment, ['--quiet', path])).toMatchObject({
        code: batch > 2 ? 3 : 0,
        account: { inputs: [{ state: 'counted' }] },
      });
    }
    await appendFile(path, OTHER.repeat(50));
    expect(await ingest(target.environment, ['--quiet', path])).toMatchObject({
      code: 3,
      account: { inputs: [{ state: 'failed' }] },
    });
  });

  it('in a pipe is held back like a file, and must be piped again', async ({ openTarget }) => {
    const target = await openTarget('postgres');
    const text = GOOD.repeat(10) + OTHER.repeat(30);
    const held = await ingest(target.environment, ['--quiet'], text);
    expect(held).toMatchObject({ code: 3, account: { lines: 0 } });
    expect(held.stderr).toContain(`standard input changes its format at line 11 (byte ${10 * GOOD.length})`);
    expect(held.stderr).toContain('what was read of the pipe is not kept: pipe it again');
    const again = await ingest(target.environment, ['--quiet', '--max-rejects', '75%'], text);
    expect(again).toMatchObject({ code: 0, account: { lines: 40, counted: 10 } });
  });
});

describe('--max-rejects', () => {
  it('is 10 % where nothing else is said: above it the exit code is 3, and the lines are counted', async ({
    openTarget,
  }) => {
    const target = await openTarget('postgres');
    // blank lines are no share of the lines
    const within = await ingest(
      target.environment,
      ['--quiet'],
      `${GOOD.repeat(18)}${OTHER.repeat(2)}${'\n'.repeat(50)}`,
    );
    expect(within).toMatchObject({ code: 0, stderr: '', account: { rejected: 2 } });
    const another = `${OTHER.repeat(2)}${GOOD.repeat(17)}${'\n'.repeat(50)}`.replaceAll(
      '203.0.113',
      '198.51.100',
    );
    const above = await ingest(target.environment, ['--quiet'], another);
    expect(above).toMatchObject({ code: 3, account: { counted: 17, rejected: 2 } });
    expect(above.stderr).toContain('more than --max-rejects 10% allows');
    // one odd line of a short log is nothing to tell cron of
    const one = await ingest(
      target.environment,
      ['--quiet'],
      `${GOOD.repeat(2)}${OTHER}`.replaceAll('/p/1', '/p/2'),
    );
    expect(one).toMatchObject({ code: 0, stderr: '', account: { rejected: 1 } });
  });
});

describe('--format auto', () => {
  it('counts only with a format that nine tenths of the first lines fit, and else names the best', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'access.log');
    await writeFile(path, GOOD.repeat(179) + OTHER.repeat(21) + GOOD.repeat(500));
    const before = await readTables(target).catch(() => null);
    const held = await ingest(target.environment, ['--format', 'auto', '--quiet', path]);
    expect(held).toMatchObject({ code: 3, account: { lines: 0, inputs: [{ state: 'failed' }] } });
    expect(held.stderr).toContain(
      `--format auto: no format fits nine tenths of the first 200 lines of '${path}': lines that fit the best: combined_ids 179, `,
    );
    expect(held.stderr).toContain('common 21');
    expect(held.stderr).toContain('hint: name its format with --format');
    expect(before).toBe(null);
    expect(await target.query('select * from logtally.batch')).toEqual([]);
    await writeFile(path, GOOD.repeat(180) + OTHER.repeat(20) + GOOD.repeat(500));
    expect(await ingest(target.environment, ['--format', 'auto', '--quiet', path])).toMatchObject({
      ...{ code: 0, account: { counted: 680, rejected: 20 }, stderr: '' },
    });
    // odd lines behind a good beginning
    await appendFile(path, OTHER.repeat(40));
    expect(await ingest(target.environment, ['--format', 'auto', path])).toMatchObject({
      code: 0,
      account: { rejected: 40 },
    });
  });

  it('makes parse print nothing, and check list the candidates, where no format fits', async ({ folder }) => {
    const path = join(folder, 'access.log');
    await writeFile(path, GOOD.repeat(5) + OTHER.repeat(4));
    const parsed = await runCli(['parse', '--format', 'auto', path]);
    expect(parsed).toMatchObject({ code: 3, stdout: '' });
    expect(parsed.stderr).toContain('no format fits nine tenths of the first 9 lines');
    const checked = await runCli(['check', path]);
    expect(checked.code).toBe(3);
    expect(checked.stdout).toContain('no format fits nine tenths of the lines, so --format auto counts none');
    expect(checked.stdout).toMatch(/nearest: combined_ids 5, .*common 4/);
    const { inputs } = JSON.parse((await runCli(['check', '--json', path])).stdout);
    expect(inputs[0].nearest[0]).toEqual({ format: 'combined_ids', fitting: 5 });
  });
});

describe('a short log that begins with the directives of a longer one', () => {
  const DIRECTIVES = `#Fields: date time c-ip cs-method cs-uri-stem sc-status\n#Version: 2.0\n#Software: ${'x'.repeat(80)}\n`;
  const toLine = (path: string) => `2026-04-01 10:22:31 203.0.113.7 GET /p/${path} 200\n`;

  it('is another log if its first line is a shorter one', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const [long, short] = ['long.gz', 'short.gz'].map((name) => join(folder, name)) as [string, string];
    const names = Array.from({ length: 20 }, (_, at) => `a-longer-name-${at}`);
    await writeFile(long, gzipSync(DIRECTIVES + names.map(toLine).join('')));
    await writeFile(short, gzipSync(DIRECTIVES + toLine('b')));
    const options = ['--format', 'w3c', '--by-path'];
    expect(await ingest(target.environment, [...options, long])).toMatchObject({
      code: 0,
      account: { counted: 20 },
    });
    for (const counted of [1, 0])
      expect(await ingest(target.environment, [...options, short])).toMatchObject({
        code: 0,
        account: { counted },
      });
    expect(await ingest(target.environment, [...options, long])).toMatchObject({
      code: 0,
      account: { counted: 0 },
    });
  });
});
