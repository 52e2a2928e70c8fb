// With logrotate itself: a writer writes, logrotate rotates, the program runs in between over whatever is there. In the
// end each line has been counted once.

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { isExecutable } from '../support/executable.js';
import type { Target } from '../support/targets.js';
import { it } from '../support/test.js';

/** Not in the search path of everybody. */
const LOGROTATE = '/usr/sbin/logrotate';
const ROTATIONS = 4;
const WRITING_MS = 120;
const WHOLE_LINE = /^203\.0\.113\.9 - - \[[^\]]*\] "GET \/p\/(\d+) HTTP\/1\.1" 200 5 "-" "UA" 7 \1$/gm;

const hasLogrotate = isExecutable(LOGROTATE);
if (!hasLogrotate) {
  const what = `${LOGROTATE} is missing: apt-get install logrotate`;
  if (process.env['CI'] !== undefined) throw new Error(what);
  console.warn(`\n*** NOT TESTED: ${what} ***\n`);
}

interface Rotation {
  readonly name: string;
  /** Directives of logrotate.conf. */
  readonly directives: readonly string[];
  /** Whether the log is copied and truncated, while nobody tells the writer. */
  readonly truncates: boolean;
}

const HANG_UP = (pid: number) => ['postrotate', `kill -HUP ${pid}; sleep 0.05`, 'endscript'];

const ROTATIONS_OF_PEOPLE: readonly Rotation[] = [
  { name: 'create', directives: ['create'], truncates: false },
  { name: 'create, compress', directives: ['create', 'compress'], truncates: false },
  {
    name: 'create, compress, delaycompress',
    directives: ['create', 'compress', 'delaycompress'],
    truncates: false,
  },
  {
    name: 'create, dateext, compress',
    directives: ['create', 'dateext', 'dateformat -%Y%m%d-%s', 'compress'],
    truncates: false,
  },
  { name: 'copytruncate', directives: ['copytruncate'], truncates: true },
  {
    name: 'copytruncate, compress, delaycompress',
    directives: ['copytruncate', 'compress', 'delaycompress'],
    truncates: true,
  },
];

/** A shell expands `access.log*` in this order. */
async function ingest(target: Target, folder: string): Promise<void> {
  const paths = (await readdir(folder)).filter((name) => name.startsWith('access.log')).sort();
  const { code, stderr } = await target.run([
    'ingest',
    '--quiet',
    ...paths.map((name) => join(folder, name)),
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('error') });
}

async function rotate(folder: string, directives: readonly string[]): Promise<void> {
  const config = join(folder, 'logrotate.conf');
  const block = ['rotate 100', 'missingok', ...directives].map((directive) => `  ${directive}`).join('\n');
  // a folder that others may write to is refused, unless it is said whose it is
  await writeFile(config, `"${join(folder, 'access.log')}" {\n${block}\n}\n`, { mode: 0o644 });
  execFileSync(LOGROTATE, ['--force', '--state', join(folder, 'state'), config], { stdio: 'pipe' });
}

async function tell(writer: ChildProcess, message: 'pause' | 'go on' | 'end'): Promise<number> {
  const answer = once(writer, 'message');
  writer.send(message);
  return Number((await answer)[0]);
}

async function startWriter(path: string): Promise<ChildProcess> {
  const writer = fork(join(import.meta.dirname, 'writer.ts'), [path], { execArgv: ['--import', 'tsx'] });
  await once(writer, 'message');
  return writer;
}

describe.skipIf(!hasLogrotate)(
  'while a server writes and logrotate rotates, each line is counted once',
  () => {
    for (const { name, directives, truncates } of ROTATIONS_OF_PEOPLE) {
      it(`with ${name}`, async ({ openTarget, folder }) => {
        const target = await openTarget('postgres');
        await chmod(folder, 0o755);
        const writer = await startWriter(join(folder, 'access.log'));
        const signal = truncates ? [] : HANG_UP(writer.pid ?? 0);
        for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
          await sleep(WRITING_MS);
          if (rotation % 2 === 0) await ingest(target, folder);
          // what is written between copy and truncate is lost by logrotate itself: so nothing is written
          if (truncates) await tell(writer, 'pause');
          await rotate(folder, [...directives, ...signal]);
          if (truncates) await tell(writer, 'go on');
          // dateext names a rotated log by its second
          if (directives.includes('dateext')) await sleep(1000);
        }
        const last = await tell(writer, 'end');
        await ingest(target, folder);
        await ingest(target, folder);
        const hits = await target.query('select object_id::int, hit_count::int from logtally.object_hits');
        expect(last).toBeGreaterThan(100);
        expect(hits.filter((row) => row['hit_count'] !== 1)).toEqual([]);
        expect(new Set(hits.map((row) => row['object_id']))).toEqual(
          new Set(Array.from({ length: last }, (_, at) => at + 1)),
        );
      });
    }

    it('but for what is lost between copy and truncate: of what is left each line once', async ({
      openTarget,
      folder,
    }) => {
      const target = await openTarget('postgres');
      await chmod(folder, 0o755);
      const writer = await startWriter(join(folder, 'access.log'));
      for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
        await sleep(WRITING_MS);
        await rotate(folder, ['copytruncate', 'compress', 'delaycompress']);
        await ingest(target, folder);
      }
      await tell(writer, 'end');
      await ingest(target, folder);
      // file by file: the two parts of a torn line are no lines
      const names = (await readdir(folder)).filter((file) => file.startsWith('access.log'));
      const serials = names.flatMap((file) => listSerials(join(folder, file)));
      const hits = await target.query('select object_id, hit_count::int from logtally.object_hits');
      expect(hits.filter((row) => row['hit_count'] !== 1)).toEqual([]);
      expect(new Set(hits.map((row) => row['object_id']))).toEqual(new Set(serials));
    });
  },
);

/** The numbers of the whole lines of a log or an archive of one. */
function listSerials(path: string): readonly string[] {
  const content = execFileSync('zcat', ['-f', path], { maxBuffer: 2 ** 28 }).toString('latin1');
  return [...content.matchAll(WHOLE_LINE)].flatMap(([, serial]) => serial ?? []);
}
