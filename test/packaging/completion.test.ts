// Command lines completed by a bash on a terminal that `script` (util-linux) makes, by pressing TAB.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER, runCli } from '../support/cli.js';
import { requestLine } from '../support/logs.js';
import { hasProgram } from '../support/programs.js';
import { it } from '../support/test.js';

const canTest = hasProgram('script', 'bsdutils') && hasProgram('bash', 'bash');

/** A log with a line for each object: `core.photo 1`. */
const toLog = (...objects: readonly string[]) => objects.map((ids) => requestLine({ ids })).join('');

/** What readline does at the keys: completes, inserts all completions, goes to the beginning and the end of the line. */
const [TAB, ALL, BEGINNING, END] = ['\t', '\x1b*', '\x01', '\x05'];

/**
 * Types beginnings of command lines in a folder.
 *
 * @returns what bash has made of each, and everything that was shown
 */
async function complete(
  folder: string,
  environment: Readonly<Record<string, string>>,
  begun: readonly string[],
): Promise<{ readonly completed: readonly string[]; readonly shown: string }> {
  const programs = join(folder, 'programs');
  await mkdir(programs);
  await symlink(join(PROJECT_FOLDER, 'bin/logtally.js'), join(programs, 'logtally'));
  // nothing of it is run: each line becomes a comment, which the history keeps as it is
  const typed = begun.map((keys) => `${keys}${BEGINNING}# ${END}\n`);
  const input = ['source <(logtally completion bash)\n', ...typed, 'exit\n'].join('');
  const history = join(folder, '.history');
  const child = spawn('script', ['-qec', 'exec bash --norc --noprofile -i', '/dev/null'], {
    cwd: folder,
    env: {
      ...environment,
      ...{ HOME: folder, TERM: 'dumb', HISTFILE: history, PATH: `${programs}:${process.env['PATH']}` },
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(input);
  const shown = await text(child.stdout);
  const kept = await readFile(history, 'utf8');
  const completed = kept.split('\n').flatMap((line) => (line.startsWith('# ') ? line.slice(2) : []));
  return { completed, shown };
}

describe.skipIf(!canTest)('bash', () => {
  it('completes commands, options, choices, files and folders', async ({ folder }) => {
    await writeFile(join(folder, 'access.log'), '');
    await mkdir(join(folder, 'stats'));
    const { completed } = await complete(folder, {}, [
      `logtally inge${TAB}`,
      `logtally help und${TAB}`,
      `logtally top --comp${TAB}`,
      `logtally ingest --site-from ${ALL}`,
      `logtally ingest --site-from=v${TAB}`,
      `logtally ingest --format combined_f${TAB}`,
      `logtally ingest --dry-run acc${TAB}`,
      `logtally ingest --config=acc${TAB}`,
      `logtally top --data-dir st${TAB}`,
      `logtally undo ${ALL}`,
      `logtally recipe apache log${TAB}`,
    ]);
    expect(completed).toEqual([
      'logtally ingest ',
      'logtally help undo ',
      'logtally top --compare ',
      'logtally ingest --site-from fixed vhost ',
      'logtally ingest --site-from=vhost ',
      'logtally ingest --format combined_forwarded ',
      'logtally ingest --dry-run access.log ',
      'logtally ingest --config=access.log ',
      'logtally top --data-dir stats/',
      'logtally undo ',
      'logtally recipe apache logrotate ',
    ]);
  });

  it('completes content types and sites of the database, those of a site if one is given', async ({
    folder,
    openTarget,
  }) => {
    const { environment, run } = await openTarget('postgres');
    const log = toLog('core.photo 1', 'core.page 2');
    await run(['ingest', '--site', 'www.example.com', '-'], { input: log });
    const article = requestLine({
      time: '15/Apr/2026:10:22:31 +0200',
      target: '/articles/1',
      ids: 'article 1',
    });
    const other = await run(['ingest', '--site', 'blog', '-'], { input: article });
    expect(other.stderr).toBe('');
    const { completed } = await complete(folder, environment, [
      `logtally top ${ALL}`,
      `logtally top --site bl${TAB}`,
      `logtally show --site=w${TAB}`,
      `logtally top --site=www.example.com ${ALL}`,
      `logtally show 'core.ph${TAB}`,
      `logtally requests --type art${TAB}`,
    ]);
    expect(completed).toEqual([
      'logtally top article core.page core.photo ',
      'logtally top --site blog ',
      'logtally show --site=www.example.com ',
      'logtally top --site=www.example.com core.page core.photo ',
      "logtally show 'core.photo' ",
      'logtally requests --type article ',
    ]);
  });

  it('offers nothing within an open quote that the shell would run', async ({ folder, openTarget }) => {
    const { environment, run } = await openTarget('postgres');
    await run(['ingest', '--site', 'kept$(id)', '-'], { input: toLog('core.photo 1') });
    const { completed } = await complete(folder, environment, [
      `logtally top --site kep${TAB}`,
      `logtally top --site "kep${TAB}"`,
      `logtally top --site 'kep${TAB}'`,
      `logtally top "core.ph${TAB}`,
    ]);
    expect(completed).toEqual([
      String.raw`logtally top --site kept\$\(id\) `,
      'logtally top --site "kep"',
      "logtally top --site 'kep'",
      'logtally top "core.photo" ',
    ]);
  });

  it('shows nothing, and creates nothing, if there is no database', async ({ folder }) => {
    const data = join(folder, 'data');
    const environment = { LOGTALLY_DATA_DIR: data };
    const { completed, shown } = await complete(folder, environment, [
      `logtally top ${ALL}`,
      `logtally top --database-url=postgres://127.0.0.1:1/none ${ALL}`,
      `logtally top --config none.toml ${ALL}`,
    ]);
    expect(completed).toEqual([
      'logtally top ',
      'logtally top --database-url=postgres://127.0.0.1:1/none ',
      'logtally top --config none.toml ',
    ]);
    expect(shown).not.toContain('error');
    expect(existsSync(data)).toBe(false);
  });

  it('runs and overwrites nothing of what is on the command line', async ({ folder }) => {
    const { completed } = await complete(folder, {}, [
      `logtally top > written $(touch run) --comp${TAB}`,
      `logtally query "select 1; --js${TAB}`,
    ]);
    expect(completed[0]).toBe('logtally top > written $(touch run) --compare ');
    expect(existsSync(join(folder, 'written'))).toBe(false);
    expect(existsSync(join(folder, 'run'))).toBe(false);
  });
});

describe('logtally complete', () => {
  it.for(['postgres', 'embedded'] as const)(
    'describes names to zsh and fish: %s',
    async (kind, { openTarget }) => {
      const { run } = await openTarget(kind);
      await run(['ingest', '-'], { input: toLog('core.photo 1', '7 2') });
      expect((await run(['complete', 'zsh', '--', 'top', '--site=d'])).stdout).toBe(
        'values\ndefault:2 content types\n',
      );
      expect((await run(['complete', 'fish', '--', 'top', '--site=d'])).stdout).toBe(
        'values\n--site=default\t2 content types\n',
      );
      expect((await run(['complete', 'zsh', '--', 'ingest', '--format', ''])).stdout).toContain(
        '\ncombined\n',
      );
      expect((await run(['complete', 'fish', '--', 'compl'])).stdout).toMatch(
        /^values\ncompletion\tprint the script/,
      );
    },
  );

  it('tells a person that it is for scripts', async () => {
    const { code, stderr } = await runCli(['complete', 'top']);
    expect(code).toBe(2);
    expect(stderr).toContain('logtally completion --help');
  });
});
