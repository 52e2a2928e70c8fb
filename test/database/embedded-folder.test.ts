// The folder of the embedded database: how it begins, and who may get at it.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, chown, cp, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import { hasEmbeddedDatabase } from '../../src/database/embedded-folder.js';
import { getArchivePath } from '../../src/database/prepared-files.js';
import { PROJECT_FOLDER, runCli } from '../support/cli.js';
import { line } from '../support/logs.js';
import { it } from '../support/test.js';

const isRoot = process.getuid?.() === 0;
const SOMEBODY = 12_345;
const ARCHIVE = `dist/database/${basename(getArchivePath())}`;

/** Which database of PostgreSQL's making a folder holds: initdb gives each its own number. */
async function readIdentifier(folder: string): Promise<string> {
  const statement = 'select system_identifier from pg_control_system()';
  const answer = await runCli(['query', statement, '--data-dir', folder, '--json']);
  return answer.stdout;
}

/** Counts one line, with this program or a copy of it. */
function count(folder: string, program = PROJECT_FOLDER) {
  const args = [join(program, 'bin/logtally.js'), 'ingest', '--data-dir', folder];
  const env = { PATH: process.env['PATH'] };
  const { status, stderr } = spawnSync(process.execPath, args, { input: line(1), encoding: 'utf8', env });
  return { code: status, stderr };
}

const CREATED = { code: 0, stderr: expect.stringContaining('creating an embedded database') };

/** The modes of everything under a folder, each once, as in `600`. */
async function listModes(folder: string): Promise<{ files: Set<string>; folders: Set<string> }> {
  const modes = { files: new Set<string>(), folders: new Set<string>() };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const { mode } = await lstat(join(entry.parentPath, entry.name));
    modes[entry.isDirectory() ? 'folders' : 'files'].add((mode & 0o777).toString(8));
  }
  return modes;
}

const PRIVATE = { files: new Set(['600']), folders: new Set(['700']) };

describe('an embedded database', () => {
  it('begins from the files that the build has prepared', async ({ folder }) => {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    expect(count(one)).toEqual(CREATED);
    expect(count(other)).toEqual(CREATED);
    expect(await readIdentifier(other)).toBe(await readIdentifier(one));
  });

  it('is announced as what nobody has configured only where nobody named its folder, and then with --quiet too', async ({
    folder,
  }) => {
    const [named, quiet, home] = [join(folder, 'named'), join(folder, 'quiet'), join(folder, 'home')];
    const ingest = async (args: readonly string[], environment = {}) =>
      (await runCli(['ingest', ...args], { environment, input: line(1) })).stderr;
    const told = `logtally: creating an embedded database in '${named}'\n`;
    expect(await ingest([], { LOGTALLY_DATA_DIR: named })).toBe(told);
    expect(await ingest(['--quiet', '--data-dir', quiet])).toBe('');
    expect(await ingest(['--quiet'], { HOME: home, XDG_DATA_HOME: join(home, 'data') })).toBe(
      `logtally: no database is configured: creating an embedded database in '${join(home, 'data', 'logtally')}'\n`,
    );
  });

  it('begins anew where it was not unpacked whole', async ({ folder }) => {
    await mkdir(join(folder, 'postgres.new', 'base', '1'), { recursive: true });
    await writeFile(join(folder, 'postgres.new', 'base', '1', '112'), 'the first half');
    expect(count(folder)).toEqual(CREATED);
    expect((await readdir(folder)).toSorted()).toEqual(['lock', 'postgres']);
  });

  it('is created without the prepared files where they are missing or damaged', { timeout: 240_000 }, async ({
    folder,
  }) => {
    const program = join(folder, 'program');
    for (const part of ['bin', 'dist', 'sql', 'package.json'])
      await cp(join(PROJECT_FOLDER, part), join(program, part), { recursive: true });
    await symlink(join(PROJECT_FOLDER, 'node_modules'), join(program, 'node_modules'));
    const archive = join(program, ARCHIVE);
    await writeFile(archive, 'not what was packed');
    expect(count(join(folder, 'damaged'), program)).toEqual(CREATED);
    await rm(archive);
    expect(count(join(folder, 'missing'), program)).toEqual(CREATED);
    expect(await readIdentifier(join(folder, 'damaged'))).not.toBe(
      await readIdentifier(join(folder, 'missing')),
    );
  });

  it("is opened where a killed process left PostgreSQL's own lock file empty", async ({ folder }) => {
    expect(count(folder)).toEqual(CREATED);
    await writeFile(join(folder, 'postgres/postmaster.pid'), '', { mode: 0o600 });
    expect(count(folder)).toMatchObject({ code: 0 });
  });

  it('has its prepared files in the package', ({ expect }) => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: PROJECT_FOLDER,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(packed).toContain(`"${ARCHIVE}"`);
  });
});

describe('the files of an embedded database', () => {
  it("are their owner's alone, whatever the umask and the folder", async ({ folder }) => {
    await chmod(folder, 0o755);
    const before = process.umask(0);
    const answer = count(folder);
    process.umask(before);
    expect(answer).toEqual(CREATED);
    expect(await listModes(folder)).toEqual(PRIVATE);
  });

  it('lose the rights that an earlier version left to others', async ({ folder }) => {
    expect(count(folder)).toEqual(CREATED);
    await chmod(join(folder, 'postgres'), 0o755);
    await chmod(join(folder, 'postgres', 'base'), 0o755);
    await chmod(join(folder, 'postgres', 'PG_VERSION'), 0o666);
    expect(await runCli(['top', '--data-dir', folder])).toMatchObject({ code: 0 });
    expect(await listModes(folder)).toEqual(PRIVATE);
  });
});

describe('a data folder', () => {
  it('that was named and does not exist is an error of a command that reads', async ({ folder }) => {
    const none = join(folder, 'misspelt');
    const environment = { LOGTALLY_DATA_DIR: none };
    for (const args of [['top'], ['runs'], ['status'], ['verify'], ['show', '7', '1']]) {
      const { code, stderr } = await runCli([...args, '--data-dir', none]);
      expect({ args, code }).toEqual({ args, code: 1 });
      expect(stderr).toContain(`the data folder '${none}' does not exist`);
      expect((await runCli(args, { environment })).stderr).toContain('LOGTALLY_DATA_DIR names it');
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'is not tried for ever where the system lets nobody make it',
    async () => {
      const { code, stderr } = await runCli(['ingest', '--data-dir', '/proc/misspelt/data'], {
        input: line(1),
      });
      expect(code).toBe(1);
      expect(stderr).toContain("the data folder '/proc/misspelt/data' cannot be used: ENOENT");
    },
  );

  it('that is empty, or that nobody has named, holds nothing yet', async ({ folder }) => {
    const nothing = { code: 0, stdout: 'nothing has been counted yet\n', stderr: '' };
    expect(await runCli(['top', '--data-dir', folder])).toEqual(nothing);
    expect(await runCli(['top'], { environment: { HOME: folder } })).toEqual(nothing);
  });

  it('that everybody may write is refused', async ({ folder }) => {
    await chmod(folder, 0o777);
    for (const command of ['ingest', 'top']) {
      const { code, stderr } = await runCli([command, '--data-dir', folder], { input: line(1) });
      expect(code).toBe(1);
      expect(stderr).toContain(`'${folder}' can be written by every user of this machine`);
      expect(stderr).toContain(`hint: chmod go-w '${folder}'`);
    }
  });

  it.skipIf(!isRoot)('of another user is refused, by root as well', async ({ folder }) => {
    await chown(folder, SOMEBODY, SOMEBODY);
    for (const command of ['ingest', 'top', 'runs']) {
      const { code, stderr } = await runCli([command, '--data-dir', folder], { input: line(1) });
      expect({ command, code }).toEqual({ command, code: 1 });
      expect(stderr).toContain(`the data folder '${folder}' belongs to user ${SOMEBODY}, and this is user 0`);
      expect(stderr).toContain(`sudo -u '#${SOMEBODY}' logtally`);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(!isRoot)('that cannot be read says so', async ({ folder }) => {
    const inner = join(folder, 'inner');
    await mkdir(inner);
    process.seteuid?.(SOMEBODY);
    const answer = await hasEmbeddedDatabase(inner, '--data-dir').catch((error: unknown) => error);
    process.seteuid?.(0);
    expect(String(answer)).toContain(`the data folder '${inner}' cannot be used: permission denied`);
  });

  it('may be a symlink, but none that another user made', async ({ folder }) => {
    const link = join(folder, 'link');
    await mkdir(join(folder, 'place'), { mode: 0o700 });
    await symlink('place', link);
    expect(count(link)).toEqual(CREATED);
    expect(await readdir(join(folder, 'place'))).toContain('postgres');
    if (!isRoot) return;
    execFileSync('chown', ['-h', String(SOMEBODY), link]);
    const { code, stderr } = count(link);
    expect(code).toBe(1);
    expect(stderr).toContain(`the symlink '${link}' belongs to user ${SOMEBODY}`);
  });

  it.skipIf(!isRoot)(
    'below a folder or behind a link of another user is refused, and nothing is created',
    async ({ folder }) => {
      const [foreign, place] = [join(folder, 'foreign'), join(folder, 'place')];
      await mkdir(foreign);
      await mkdir(place, { mode: 0o700 });
      await symlink('place', join(folder, 'link'));
      await symlink('foreign/inner', join(folder, 'own'));
      await mkdir(join(foreign, 'inner'), { mode: 0o700 });
      await chown(foreign, SOMEBODY, SOMEBODY);
      execFileSync('chown', ['-h', String(SOMEBODY), join(folder, 'link')]);
      const cases = [
        [join(foreign, 'sub'), `'${foreign}' belongs to another user`],
        [join(foreign, 'inner'), `'${foreign}' belongs to another user`],
        [join(folder, 'link', 'sub'), 'is a link that another user made'],
        [join(folder, 'own'), `'${foreign}' belongs to another user`],
      ] as const;
      for (const [path, reason] of cases) {
        const { code, stderr } = count(path);
        expect({ path, code }).toEqual({ path, code: 1 });
        expect(stderr).toContain(reason);
        expect((await runCli(['top', '--data-dir', path])).stderr).toContain(reason);
      }
      expect(await readdir(place)).toEqual([]);
      expect(await readdir(foreign, { recursive: true })).toEqual(['inner']);
    },
  );
});
