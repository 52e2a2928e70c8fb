// The pages of the manual, as the build has written them, read by the programs that people read them with.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { hasProgram } from '../support/programs.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

const FOLDER = join(PROJECT_FOLDER, 'dist/man');
const PAGES = readdirSync(FOLDER).toSorted();

const { man } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8')) as { man: string[] };

function run(program: string, ...args: readonly string[]) {
  // a width at which no line of an option is broken
  const env = { PATH: process.env['PATH'] ?? '', MANWIDTH: '2000', LC_ALL: 'C.UTF-8' };
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

describe('the manual', () => {
  it('has a page for the program, for each command and for the config file, which npm installs', async () => {
    const { stdout } = await runCli(['--help']);
    const commands = [...stdout.matchAll(/^ {2}(\w+) [[<]/gm)].map(([, name = '']) => name);
    const named = commands.filter((name) => name !== 'help').map((name) => `logtally-${name}.1`);
    expect(named.length).toBeGreaterThan(15);
    expect(PAGES).toEqual(['logtally.1', 'logtally.toml.5', ...named].toSorted());
    expect(man).toEqual(PAGES.map((name) => `dist/man/${name}`));
  });
});

describe.skipIf(!hasProgram('mandoc', 'mandoc'))('mandoc', () => {
  it.for(PAGES)('finds nothing to complain of in %s', (page) => {
    expect(run('mandoc', '-T', 'lint', join(FOLDER, page))).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe.skipIf(!hasProgram('man', 'man-db'))('man', () => {
  const read = (page: string) => run('man', '--warnings', '-l', join(FOLDER, page));

  it.for(PAGES)('shows %s without a warning', (page) => {
    expect(read(page)).toMatchObject({ status: 0, stderr: '' });
  });

  it('shows each option with the words of --help', async () => {
    for (const command of ['ingest', 'top', 'pipe']) {
      const help = (await runCli([command, '--help'])).stdout;
      const text = read(`logtally-${command}.1`).stdout.replace(/\s+/g, ' ');
      const options = [...help.matchAll(/^ {2}((?:-\w, )?--[\w-]+).*? {2,}(\S(?:.*(?:\n {4,}.*)*))/gm)];
      expect(options.length).toBeGreaterThan(10);
      for (const [, flag = '', meaning = ''] of options) {
        expect(text).toContain(`${flag} `);
        expect(text).toContain(meaning.replace(/\s+/g, ' ').trim());
      }
    }
  });

  it('shows examples that can be copied, and the exit status', () => {
    const text = read('logtally-ingest.1').stdout;
    expect(text).toContain(
      'logtally ingest --format \'%h %l %u %t "%r" %>s %b %{X-Content-Type-ID}o %{X-Object-ID}o\' access.log',
    );
    expect(text.replace(/ +/g, ' ')).toContain(
      '3 a damaged input, one in another format, or too many rejects',
    );
    expect(read('logtally-top.1').stdout.replace(/ +/g, ' ')).toContain('130 interrupted');
  });

  it('shows each key of the config file', () => {
    const text = read('logtally.toml.5').stdout;
    const example = readFileSync(join(PROJECT_FOLDER, 'fixtures/logtally.toml'), 'utf8');
    const keys = example.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(keys.length).toBeGreaterThan(40);
    for (const line of keys) expect(text).toContain(line);
  });
});
