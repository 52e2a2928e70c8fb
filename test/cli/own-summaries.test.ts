// Summaries that an operator writes: one SQL file each, kept exactly once like those of the program.

import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import { OFTEN_TESTED, type Target } from '../support/targets.js';
import { it } from '../support/test.js';

const FORMAT = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i" %{request_time}n';

const toLine = (day: string, path: string, bytes: string, seconds: string) =>
  `203.0.113.9 - - [${day}/Apr/2026:23:22:31 +0000] "GET ${path} HTTP/1.1" 200 ${bytes} "-" "UA" ${seconds}\n`;

const LINES = [
  toLine('14', '/photos/1?token=canary', '100', '0.250'),
  toLine('14', '/photos/2', '-', '0.125'),
  toLine('15', '/albums/', '50', '1.5'),
];

const ROWS = [{ row: '(2026-04-14,photos,1,2,100,375.000)' }, { row: '(2026-04-15,albums,1,1,50,1500.0)' }];

const SELECT = 'select row(t.*)::text as row from logtally.section_daily as t order by t.day, t.section';

/** The example of the documentation. */
async function readExample(): Promise<string> {
  const text = await readFile(join(PROJECT_FOLDER, 'docs/own-summary.md'), 'utf8');
  const [, example] = /```sql\n(.*?)```/s.exec(text) ?? [];
  if (example === undefined) throw new Error('docs/own-summary.md has no example');
  return example;
}

/** Writes a config file and a summary beside it. @returns the options of an ingest */
async function configure(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  await mkdir(join(folder, 'own'), { mode: 0o755, recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'own', name), text);
  const config = join(folder, 'logtally.toml');
  await writeFile(config, '[summaries]\nfolder = "own"\nextra_fields = ["request_time"]\n');
  return ['ingest', '--config', config, '--format', FORMAT, '--by-path'];
}

async function readRows(target: Target): Promise<readonly unknown[]> {
  return target.query(SELECT);
}

const LONG = { timeout: 300_000 } as const;

describe.each(OFTEN_TESTED)('a summary of the operator in %s', LONG, (kind) => {
  it('adds up each request once, in any number of runs, and nothing of one that is undone', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    const ingest = await configure(folder, { 'sections.sql': await readExample() });
    for (const count of [1, 3, 3]) {
      const { code, stderr } = await target.run(ingest, { input: LINES.slice(0, count).join('') });
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('error') });
    }
    expect(await readRows(target)).toEqual(ROWS);
    expect(await target.run(['verify'])).toMatchObject({ code: 0 });
    await target.run(['undo', '2']);
    expect(await readRows(target)).toEqual([{ row: '(2026-04-14,photos,1,1,100,250.000)' }]);
  });

  it('sees the requests of each file of a group for itself', async ({ openTarget, folder, expect }) => {
    const target = await openTarget(kind);
    const ingest = await configure(folder, { 'sections.sql': await readExample() });
    const paths = LINES.map((_, at) => join(folder, `${at}.log`));
    for (const [at, path] of paths.entries()) await writeFile(path, LINES[at] ?? '');
    expect(await target.run([...ingest, ...paths])).toMatchObject({ code: 0 });
    expect(await readRows(target)).toEqual(ROWS);
    const sources = await target.query('select count(distinct source_id)::int as n from logtally.own_count');
    expect(sources).toEqual([{ n: 3 }]);
  });

  it('that fails on the requests of a log leaves nothing of that log, and the others as they are', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget(kind);
    const ingest = await configure(folder, { 'sections.sql': await readExample() });
    const [good, bad] = [join(folder, 'good.log'), join(folder, 'bad.log')];
    await writeFile(good, LINES.slice(0, 2).join(''));
    await writeFile(bad, toLine('16', '/x', '1', 'soon'));
    const { code, stderr } = await target.run([...ingest, bad, good]);
    expect(code).toBe(1);
    expect(stderr).toContain('invalid input syntax for type numeric: "soon"; nothing of the log is counted');
    expect(await readRows(target)).toEqual(ROWS.slice(0, 1));
    const days = await target.query('select distinct hit_on::text as day from logtally.daily_hits');
    expect(days).toEqual([{ day: '2026-04-14' }]);
  });
});

/** Where the statement of the example begins. */
const FIRST_LINE = 7;

describe('a summary file', () => {
  const WRONG: readonly (readonly [what: string, change: (text: string) => string, message: string])[] = [
    [
      'without a name',
      (text) => text.replace('-- summary: sections\n', ''),
      "its head does not say 'summary'",
    ],
    [
      'of a name that is taken',
      (text) => text.replace('summary: sections', 'summary: agents'),
      "'agents' is the name of a summary that the program has",
    ],
    [
      'with a name that would be SQL',
      (text) => text.replace('table: section_daily', 'table: x; drop table y'),
      "'x; drop table y' is no name of a table",
    ],
    [
      'that adds up what is not exact',
      (text) => text.replace('sent bigint', 'sent float'),
      "'sent float' under 'sums' is not a name and one of the types bigint, numeric",
    ],
    [
      'that reads what there is not',
      (text) => text.replace('reads: day', 'reads: day, password'),
      "a request has no column 'password'",
    ],
    [
      'without the day',
      (text) => text.replace('keys: day date, ', 'keys: '),
      "the first of its keys must be 'day date'",
    ],
    ['with a mistake in its SQL', (text) => text.replace('split_part', 'split_prt'), 'function split_prt'],
    [
      'with a mistake in its syntax',
      (text) => text.replace('group by 1, 2, 3', 'group by, 1'),
      `line ${FIRST_LINE + 8}: `,
    ],
    [
      'without its last parenthesis',
      (text) => text.replace('group by 1, 2, 3', 'group by (1, 2, 3'),
      `line ${FIRST_LINE + 8}: `,
    ],
    [
      'that reads a column that its head does not name',
      (text) => text.replace('requested_at, path, bytes', 'requested_at, bytes'),
      `line ${FIRST_LINE + 2}: `,
    ],
    ['that returns fewer columns', (text) => text.replace('  count(*),\n', ''), 'section_daily'],
    [
      'of which the table is something else',
      (text) => text.replace('table: section_daily', 'table: daily_hits'),
      'logtally.daily_hits is something else',
    ],
    [
      'that would change a table',
      (text) => text.replace(/select\n[\s\S]*$/, 'delete from logtally.batch returning 1, 2, 3, 4, 5, 6'),
      'syntax error',
    ],
  ];
  it.for(WRONG)(
    '%s stops the run before anything is counted',
    async ([, change, message], { openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      await target.run(['init']);
      const ingest = await configure(folder, { 'sections.sql': change(await readExample()) });
      const { code, stderr } = await target.run(ingest, { input: LINES.join('') });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('sections.sql') });
      if (message !== 'section_daily') expect(stderr).toContain(message);
      expect(await target.query('select from logtally.batch')).toEqual([]);
    },
  );

  it('that others may write is not read', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const ingest = await configure(folder, { 'sections.sql': await readExample() });
    await chmod(join(folder, 'own', 'sections.sql'), 0o666);
    const { code, stderr } = await target.run(ingest, { input: LINES.join('') });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('other users may write it'),
    });
  });

  it('that others may replace is not read, wherever links lead', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const ingest = await configure(folder, {});
    const shared = join(folder, 'shared');
    await mkdir(shared);
    await writeFile(join(shared, 'sections.sql'), await readExample());
    await symlink(join(shared, 'sections.sql'), join(folder, 'own', 'sections.sql'));
    await chmod(shared, 0o777);
    const { code, stderr } = await target.run(ingest, { input: LINES.join('') });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('other users may write it'),
    });
    await chmod(shared, 0o755);
    expect(await target.run(ingest, { input: LINES.join('') })).toMatchObject({ code: 0 });
  });

  it('may name days that no month is of, which prune leaves', async ({ openTarget, folder, expect }) => {
    const target = await openTarget('postgres');
    const example = await readExample();
    const early = example.replace(/select\s+day,/, "select '0044-03-15 BC'::date,");
    expect(early).not.toBe(example);
    const ingest = await configure(folder, { 'sections.sql': early });
    expect(await target.run(ingest, { input: LINES.join('') })).toMatchObject({ code: 0 });
    const { code, stderr } = await target.run(['prune', '--keep-days', '10']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await target.query('select day::text from logtally.section_daily group by day')).toEqual([
      { day: '0044-03-15 BC' },
    ]);
  });

  it('of which the columns have changed is told from the table that is there', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const example = await readExample();
    const ingest = await configure(folder, { 'sections.sql': example });
    await target.run(ingest, { input: LINES.join('') });
    await configure(folder, { 'sections.sql': example.replace('sent bigint', 'sent_bytes bigint') });
    const { code, stderr } = await target.run(ingest, { input: LINES.join('') });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('has other columns') });
  });

  it('is told with the line of its mistake by the embedded database, too', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('embedded');
    const ingest = await configure(folder, {
      'sections.sql': (await readExample()).replace('split_part', 'split_prt'),
    });
    const { stderr } = await target.run(ingest, { input: LINES.join('') });
    expect(stderr).toContain(`sections.sql', line ${FIRST_LINE + 2}: `);
  });

  it('of which the statement has changed is told when a log is given again that was counted by the one before', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const example = await readExample();
    const log = join(folder, 'access.log');
    await writeFile(log, LINES.join(''));
    const told: string[] = [];
    // the third has another comment only
    for (const text of [example, example.replace('* 1000', '* 1'), `-- a comment\n${example}`]) {
      const ingest = await configure(folder, { 'sections.sql': text });
      const { code, stderr } = await target.run([...ingest, log]);
      expect(code).toBe(0);
      told.push(stderr);
    }
    const words = 'under other settings: statements of own summaries (sections)\n';
    expect(told.map((text) => text.includes(words))).toEqual([false, true, false]);
  });
});

describe('the view of a summary of the operator', () => {
  it('is there after an export, also if its columns have changed since the one before', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    const exportAll = () => source.run(['export', '--to', target.environment['DATABASE_URL'] ?? '']);
    const example = await readExample();
    const ingest = await configure(folder, { 'sections.sql': example });
    await source.run(ingest, { input: LINES.join('') });
    expect(await exportAll()).toMatchObject({ code: 0 });
    expect(await readRows(target)).toEqual(ROWS);
    await source.query('drop view logtally.section_daily');
    await configure(folder, { 'sections.sql': example.replace('milliseconds numeric', 'ms numeric') });
    await source.run(ingest, { input: toLine('16', '/x/', '1', '1') });
    expect(await exportAll()).toMatchObject({ code: 0 });
    const columns = await target.query('select * from logtally.section_daily where section = $$x$$');
    expect(columns).toMatchObject([{ ms: '1000', requests: '1' }]);
  });

  it('takes the place of nothing else when it is exported', async ({ openTarget, folder, expect }) => {
    const [source, target] = [await openTarget('postgres'), await openTarget('postgres')];
    const ingest = await configure(folder, { 'sections.sql': await readExample() });
    await source.run(ingest, { input: LINES.join('') });
    await target.run(['init']);
    await target.query('create view logtally.section_daily as select 1 as mine');
    const { code, stderr } = await source.run(['export', '--to', target.environment['DATABASE_URL'] ?? '']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('section_daily is something else'),
    });
    expect(await target.query('select * from logtally.section_daily')).toEqual([{ mine: 1 }]);
  });
});
