// The environment that cron, a container or a foreign desktop gives: it decides nothing about what is counted.

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { PROJECT_FOLDER, runCli } from '../support/cli.js';
import { requestLine } from '../support/logs.js';
import { OFTEN_TESTED, readTables } from '../support/targets.js';
import { it } from '../support/test.js';

const ENVIRONMENTS: readonly (readonly [name: string, environment: Readonly<Record<string, string>>])[] = [
  ['nothing but PATH', {}],
  ['an empty HOME', { HOME: '' }],
  ['a HOME that does not exist', { HOME: '/no/such/home' }],
  ['LANG=C and LC_ALL=C', { LANG: 'C', LC_ALL: 'C' }],
  ['LC_ALL=tr_TR.UTF-8', { LC_ALL: 'tr_TR.UTF-8' }],
  ['TZ=Asia/Kathmandu', { TZ: 'Asia/Kathmandu', PGTZ: 'Asia/Kathmandu' }],
  ['TZ=Pacific/Kiritimati', { TZ: 'Pacific/Kiritimati', PGTZ: 'Pacific/Kiritimati' }],
  ['TZ=America/St_Johns', { TZ: 'America/St_Johns', PGTZ: 'America/St_Johns' }],
  ['TZ=No/Such_Zone', { TZ: 'No/Such_Zone' }],
  ['TZ of punctuation', { TZ: ':::' }],
];

/** An embedded database takes seconds to start. */
const EMBEDDED_ENVIRONMENTS = ENVIRONMENTS.filter(([name]) =>
  ['an empty HOME', 'LANG=C and LC_ALL=C', 'TZ=Pacific/Kiritimati', 'TZ of punctuation'].includes(name),
);

/** Around midnight in several offsets, a night that a clock was set forward in, and ids that are not ASCII. */
const LOG = [
  requestLine({ time: '14/Apr/2026:23:59:59 +0545', ids: '7 straße' }),
  requestLine({ time: '15/Apr/2026:00:00:00 +0545', ids: '7 straße' }),
  requestLine({ time: '15/Apr/2026:00:00:01 +1400', ids: 'core.photo 日本' }),
  requestLine({ time: '14/Apr/2026:23:30:00 -1200', ids: 'core.photo 日本' }),
  requestLine({ time: '29/Mar/2026:02:30:00 +0100', ids: 'core.photo \\xf0\\x9f\\x98\\x80' }),
  requestLine({ time: '31/Dec/2025:23:59:59 +0000', ids: 'core.INFO İıi' }),
  requestLine({ time: '01/Jan/2026:00:00:00 +0000', ids: 'core.INFO İıi' }),
].join('');

const DAYS = [
  ['7', 'straße', '2026-04-14'],
  ['7', 'straße', '2026-04-15'],
  ['core.INFO', 'İıi', '2025-12-31'],
  ['core.INFO', 'İıi', '2026-01-01'],
  ['core.photo', '日本', '2026-04-14'],
  ['core.photo', '日本', '2026-04-15'],
  ['core.photo', '😀', '2026-03-29'],
];

describe.each(OFTEN_TESTED)('the same log gives the same tables in %s', (kind) => {
  it.for(kind === 'postgres' ? ENVIRONMENTS : EMBEDDED_ENVIRONMENTS)(
    'with %s',
    async ([, environment], { openTarget, folder, expect }) => {
      const target = await openTarget(kind);
      const log = join(folder, 'zugriffe-ß-日.log');
      await writeFile(log, LOG);
      const run = (args: readonly string[]) =>
        runCli(args, { environment: { ...target.environment, ...environment } });
      expect(await run(['ingest', '--quiet', log])).toEqual({ code: 0, stdout: '', stderr: '' });
      const tables = await readTables(target);
      const names = new Map(
        (tables['content_type'] ?? []).map((row) => [row['content_type_id'], row['name']]),
      );
      const days = (tables['object_hits_daily'] ?? []).map((row) => [
        names.get(row['content_type_id']),
        row['object_id'],
        row['hit_on'],
        row['hit_count'],
      ]);
      expect(days.toSorted()).toEqual(DAYS.map((day) => [...day, '1']).toSorted());
      const shown = await run(['show', 'core.photo', '日本', '--json']);
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(shown.stdout)).toMatchObject({
        objectId: '日本',
        firstHitOn: '2026-04-14',
        lastHitOn: '2026-04-15',
      });
    },
  );
});

/** A user and a group that no system has. */
const UNKNOWN_ID = 54_321;

describe('without a home folder and without a database', () => {
  it.for(['ingest', 'top', 'init'])('%s says what to name, with exit code 2', async (command, { expect }) => {
    const { code, stdout, stderr } = await runCli([command], { environment: { HOME: '' }, input: LOG });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('there is no home folder to keep the embedded database in');
    expect(stderr).toContain('hint: name a folder with --data-dir');
  });

  it.skipIf(process.getuid?.() !== 0)(
    'works for a user id that the system does not know (needs root to become it)',
    async ({ expect }) => {
      const env = { PATH: process.env['PATH'] ?? '' };
      const run = (command: string) =>
        spawnSync(process.execPath, [`${PROJECT_FOLDER}bin/logtally.js`, command], {
          ...{ uid: UNKNOWN_ID, gid: UNKNOWN_ID, env, input: LOG, encoding: 'utf8', cwd: '/' },
        });
      expect(run('parse')).toMatchObject({ status: 0, stderr: '' });
      expect(run('ingest')).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('there is no home folder to keep the embedded database in'),
      });
    },
  );

  it('reads a log all the same', async ({ expect }) => {
    const { code, stdout } = await runCli(['parse'], { environment: { HOME: '' }, input: LOG });
    expect({ code, lines: stdout.trimEnd().split('\n').length }).toEqual({ code: 0, lines: 7 });
  });
});

describe('a system that gives or names files in its own way', () => {
  const runShell = (script: string) => spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' });
  const program = `${process.execPath} ${PROJECT_FOLDER}bin/logtally.js`;

  it('says what to do if the process may open too few files', ({ expect }) => {
    expect(runShell(`ulimit -n 30; ${program} top`)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^logtally: error: E[MN]FILE.*too many open files.*\nlogtally: hint: let the process open more files \(ulimit -n\).*\n$/,
      ),
    });
  });

  it('says how to give a file whose name is not UTF-8', async ({ folder, expect }) => {
    await writeFile(Buffer.from(`${folder}/\xff.log`, 'latin1'), requestLine({ ids: 'photo 7' }));
    const path = `${folder}/$(printf '\\xff').log`;
    const refused = runShell(`${program} parse ${path}`);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(
      'hint: if its name is not UTF-8, give the file as standard input: < FILE',
    );
    expect(runShell(`${program} parse < ${path}`).stdout).toContain('photo');
  });
});
