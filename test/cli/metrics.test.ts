// The file of metrics: read by a strict parser, which also holds the rules that Prometheus has for it.

import { spawnSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  lchown,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { formatFamilies } from '../../src/output/exposition.js';
import { finishCli, startCli } from '../support/cli.js';
import { lines } from '../support/logs.js';
import { OFTEN_TESTED, succeed, TARGET_KINDS, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Prometheus's own check, where it is installed (Debian's package prometheus); the parser below is used everywhere. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) console.warn('\n*** NOT TESTED: promtool is missing: apt-get install prometheus ***\n');

const HELP = /^# HELP ([a-z_]+) (\S.*\.)$/;
const TYPE = /^# TYPE ([a-z_]+) (counter|gauge)$/;
const SAMPLE =
  /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const LABEL = /([a-z_]+)="((?:[^"\\\n]|\\[\\"n])*)"/g;

type Numbers = Readonly<Record<string, number>>;

/** Reads a file of metrics: `logtally_lines_total site=default outcome=counted` with its number. @throws Error if a rule is broken */
function parseMetrics(text: string): Numbers {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const numbers: Record<string, number> = {};
  const families = new Set<string>();
  let family = { name: '', type: '' };
  let help = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, helped] = HELP.exec(line) ?? [];
    const [, typed, type = ''] = TYPE.exec(line) ?? [];
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    if (helped !== undefined) help = helped;
    else if (typed !== undefined) {
      if (typed !== help || families.has(typed))
        throw new Error(`a second type, or one without help: ${line}`);
      if (typed.endsWith('_total') !== (type === 'counter'))
        throw new Error(`not named as its type: ${line}`);
      families.add(typed);
      family = { name: typed, type };
    } else {
      if (name === '' || name !== family.name) throw new Error(`no sample of ${family.name}: ${line}`);
      const texts = [...labels.matchAll(LABEL)].map(
        ([, label, text = '']) => `${label}=${unescapeValue(text)}`,
      );
      const key = [name, ...texts].join(' ');
      if (key in numbers) throw new Error(`twice: ${line}`);
      numbers[key] = Number(value);
    }
  }
  return numbers;
}

function unescapeValue(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

async function readMetrics(path: string): Promise<Numbers> {
  const text = await readFile(path, 'utf8');
  if (hasPromtool) {
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
  return parseMetrics(text);
}

async function readTotals(path: string): Promise<Numbers> {
  const all = Object.entries(await readMetrics(path));
  return Object.fromEntries(all.filter(([name]) => /^logtally_\w+_total/.test(name)));
}

const JUNK = 'this is no log line\n';

async function ingest(target: Target, path: string, ...args: readonly string[]): Promise<void> {
  await succeed(target, ['ingest', '--quiet', '--max-rejects', '50%', '--metrics', path, ...args]);
}

describe.each(TARGET_KINDS)('ingest --metrics in %s', { timeout: 120_000 }, (kind) => {
  it('writes what was counted, how far the logs are behind and how the run ended', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const [log, path] = [join(folder, 'a "quoted" \\ log'), join(folder, 'logtally.prom')];
    await writeFile(log, `${lines(0, 30)}\n${JUNK}${JUNK}`);
    const before = Date.now() / 1000;
    await ingest(target, path, log);
    const metrics = await readMetrics(path);
    const of = `site=default stream=1 path=${log}`;
    expect(metrics).toMatchObject({
      'logtally_lines_total site=default outcome=counted': 30,
      'logtally_lines_total site=default outcome=without_object': 0,
      'logtally_lines_total site=default outcome=filtered': 1,
      'logtally_lines_total site=default outcome=rejected': 2,
      'logtally_bytes_total site=default': (await stat(log)).size,
      'logtally_batches_total site=default': 1,
      'logtally_runs_total exit_code=0': 1,
      logtally_last_run_exit_code: 0,
      [`logtally_log_lag_bytes ${of}`]: 0,
      [`logtally_log_lag_seconds ${of}`]: 0,
      'logtally_watched_logs lag=known': 1,
      'logtally_watched_logs lag=new': 0,
    });
    const rejected = Object.entries(metrics).filter(([name]) =>
      name.startsWith('logtally_rejected_lines_total'),
    );
    expect(rejected.reduce((sum, [, count]) => sum + count, 0)).toBe(2);
    expect(Object.keys(metrics).filter((name) => name.includes('taken_back'))).toEqual([]);
    expect(Object.keys(metrics).some((name) => /^logtally_info version=\d+\.\d+\.\d+$/.test(name))).toBe(
      true,
    );
    for (const name of ['last_commit_timestamp_seconds site=default', 'last_run_end_timestamp_seconds']) {
      expect(metrics[`logtally_${name}`]).toBeGreaterThanOrEqual(Math.floor(before));
      expect(metrics[`logtally_${name}`]).toBeLessThanOrEqual(Date.now() / 1000 + 1);
    }
    expect(metrics['logtally_last_run_duration_seconds']).toBeGreaterThan(0);
    expect(metrics['logtally_database_size_bytes']).toBeGreaterThan(1_000_000);
  });
});

describe.each(OFTEN_TESTED)('ingest --metrics in %s', { timeout: 120_000 }, (kind) => {
  it('has counters that never fall: what undo takes back is a counter of its own', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const at = (name: string) => join(folder, name);
    const path = at('logtally.prom');
    await writeFile(at('a.log'), `${lines(0, 30)}${JUNK}`);
    await writeFile(at('b.log'), lines(30, 40));
    await ingest(target, path, at('a.log'));
    const counted = 'site=default outcome=counted';
    expect(await readTotals(path)).toMatchObject({ [`logtally_lines_total ${counted}`]: 30 });
    await succeed(target, ['undo', '1']);
    await ingest(target, path, at('b.log'));
    const undone = await readTotals(path);
    expect(undone).toMatchObject({
      [`logtally_lines_total ${counted}`]: 30,
      [`logtally_lines_taken_back_total ${counted}`]: 20,
      'logtally_lines_total site=default outcome=rejected': 1,
      'logtally_lines_taken_back_total site=default outcome=rejected': 1,
      'logtally_runs_total exit_code=0': 2,
    });
    await ingest(target, path, at('a.log'));
    const again = await readTotals(path);
    expect(again).toMatchObject({
      [`logtally_lines_total ${counted}`]: 60,
      [`logtally_lines_taken_back_total ${counted}`]: 20,
    });
    for (const [name, value] of Object.entries(undone))
      expect(again[name], name).toBeGreaterThanOrEqual(value);
    const tables = await target.query('select sum(counted)::int as counted from logtally.batch');
    expect(tables).toEqual([{ counted: 40 }]);
    // all of a site
    for (const run of ['2', '3']) await succeed(target, ['undo', run]);
    await ingest(target, path, '--site', 'blog', at('b.log'));
    expect(await readTotals(path)).toMatchObject({
      [`logtally_lines_total ${counted}`]: 60,
      [`logtally_lines_taken_back_total ${counted}`]: 60,
      'logtally_lines_total site=blog outcome=counted': 10,
    });
  });

  it('is written by a run that fails as well, and says so', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const [log, path] = [join(folder, 'a.log'), join(folder, 'logtally.prom')];
    await writeFile(log, lines(0, 30));
    await ingest(target, path, log);
    await appendFile(log, JUNK.repeat(40));
    expect(await target.run(['ingest', '--quiet', '--metrics', path, log])).toMatchObject({ code: 3 });
    const metrics = await readMetrics(path);
    expect(metrics).toMatchObject({
      logtally_last_run_exit_code: 3,
      'logtally_runs_total exit_code=3': 1,
      [`logtally_log_lag_bytes site=default stream=1 path=${log}`]: JUNK.length * 40,
    });
  });

  it('is written for a pipe that is interrupted, with its last lines', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const path = join(folder, 'logtally.prom');
    expect(await target.run(['init'])).toMatchObject({ code: 0 });
    const child = startCli(['ingest', '--quiet', '--metrics', path], target.environment);
    child.stdin?.write(lines(0, 30));
    const readRuns = () => target.query('select run_id from logtally.run');
    await expect.poll(readRuns, { timeout: 60_000 }).toHaveLength(1);
    child.kill('SIGTERM');
    const { code } = await finishCli(child);
    expect(code).toBe(130);
    expect(await readMetrics(path)).toMatchObject({
      'logtally_lines_total site=default outcome=counted': 30,
      logtally_last_run_exit_code: 130,
      'logtally_watched_logs lag=piped': 1,
    });
  });

  it('leaves what was counted alone if it cannot be written, and exits with 1', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const [log, path] = [join(folder, 'a.log'), join(folder, 'none', 'logtally.prom')];
    await writeFile(log, lines(0, 30));
    const { code, stdout, stderr } = await target.run(['ingest', '--json', '--metrics', path, log]);
    expect({ code, lines: JSON.parse(stdout).lines }).toEqual({ code: 1, lines: 30 });
    expect(stderr).toMatch(
      /^logtally: error: no metrics were written: cannot write '.*none.*': .*; what was counted is stored\nlogtally: hint: its folder does not exist\n$/,
    );
    expect(await target.query('select sum(counted)::int as counted from logtally.batch')).toEqual([
      { counted: 30 },
    ]);
    expect(await target.query('select exit_code from logtally.run')).toEqual([{ exit_code: 0 }]);
    const dry = await target.run(['ingest', '--dry-run', '--metrics', path, log]);
    expect(dry).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('the file of metrics', { timeout: 120_000 }, () => {
  it('can be read by everybody if it is new, and keeps its owner and mode', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const [log, path] = [join(folder, 'a.log'), join(folder, 'logtally.prom')];
    await writeFile(log, lines(0, 30));
    const getMode = async () => ((await stat(path)).mode & 0o7777).toString(8);
    const umask = process.umask(0o077);
    try {
      await ingest(target, path, log);
      expect(await getMode()).toBe('644');
      await chmod(path, 0o640);
      await ingest(target, path, log);
      expect(await getMode()).toBe('640');
    } finally {
      process.umask(umask);
    }
    expect((await readdir(folder)).toSorted()).toEqual(['a.log', 'logtally.prom']);
  });

  it('is not written through a link of another user', async ({ openTarget, folder }) => {
    if (process.getuid?.() !== 0) return;
    const target = await openTarget('postgres');
    const [log, shared] = [join(folder, 'a.log'), join(folder, 'shared')];
    await writeFile(log, lines(0, 30));
    await writeFile(join(folder, 'secret'), 'secret');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    const link = join(shared, 'logtally.prom');
    await symlink(join(folder, 'secret'), link);
    await lchown(link, 54_321, 54_321);
    const { code, stderr } = await target.run(['ingest', '--quiet', '--metrics', link, log]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a link that another user made'),
    });
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
  });
});

describe('the text format', () => {
  it('has its labels escaped', () => {
    const labels = { site: 'a\\b"c\nd', path: '{x="1"} 5' };
    const text = formatFamilies(
      [{ name: 'x', help: 'An x', type: 'gauge', samples: [{ labels, value: 1.5 }] }],
      '',
    );
    expect(text).toBe(
      '# HELP logtally_x An x.\n# TYPE logtally_x gauge\nlogtally_x{site="a\\\\b\\"c\\nd",path="{x=\\"1\\"} 5"} 1.5\n',
    );
    expect(parseMetrics(text)).toEqual({ 'logtally_x site=a\\b"c\nd path={x="1"} 5': 1.5 });
  });

  it('keeps each counter apart by its labels, whatever the file held', () => {
    const write = (values: Readonly<Record<string, number>>, before: string) =>
      formatFamilies(
        [
          {
            ...{ name: 'y', help: 'A y', type: 'tally' },
            samples: Object.entries(values).map(([a, value]) => ({ labels: { a }, value })),
          },
        ],
        before,
      );
    const first = write({ '} 1': 5, '"': 7 }, 'no metrics\nlogtally_y_total{a="z"} NaN\n\0');
    const second = write({ '} 1': 3, '"': 9 }, first);
    expect(parseMetrics(second)).toEqual({
      'logtally_y_total a=} 1': 5,
      'logtally_y_total a="': 9,
      'logtally_y_taken_back_total a=} 1': 2,
    });
    expect(write({ '} 1': 3, '"': 9 }, second)).toBe(second);
    expect(parseMetrics(write({}, second))).toMatchObject({
      'logtally_y_taken_back_total a=} 1': 5,
      'logtally_y_taken_back_total a="': 9,
    });
  });
});
