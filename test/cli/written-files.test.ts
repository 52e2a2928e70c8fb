// Files that the program writes as root or another user: not where somebody else leads it, nor for more readers than before.

import { spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  lchown,
  link,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER } from '../support/cli.js';
import { it } from '../support/test.js';

const isRoot = process.getuid?.() === 0;
/** Users and a group that no system has. */
const SOMEBODY = 54_321;
const STRANGER = 54_322;
const GROUP = 54_323;

const GOOD = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" 7 1234\n';
const LOG = `${GOOD.repeat(30)}junk\n`;

async function getMode(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o7777).toString(8);
}

/** Writes the page of a database that is not there, as a user. */
function report(output: string, { uid = process.getuid?.() ?? 0, umask = '022' } = {}) {
  const command = [process.execPath, `${PROJECT_FOLDER}bin/logtally.js`, 'report', '--output', output];
  const { status, stderr } = spawnSync('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', ...command], {
    ...{ cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: '/no/such' } },
    ...(isRoot ? { uid, gid: uid } : {}),
  });
  return { code: status, stderr };
}

describe('a new file of --rejects', () => {
  it('can be read by nobody who cannot read each of the logs; an old one stays as it is', async ({
    openTarget,
    folder,
  }) => {
    const { run } = await openTarget('postgres');
    const at = (name: string) => join(folder, name);
    const umask = process.umask(0o002);
    try {
      for (const [index, mode] of [0o640, 0o600, 0o666, 0o604].entries()) {
        await writeFile(at(`${index}.log`), LOG.replaceAll('1234', String(index)));
        await chmod(at(`${index}.log`), mode);
      }
      const cases: readonly (readonly [rejects: string, logs: readonly string[], mode: string])[] = [
        ['a', ['0.log'], '640'],
        ['b', ['0.log', '1.log', 'missing.log'], '600'],
        ['c', ['2.log'], '644'],
        ['d', ['2.log', '3.log'], '604'],
        ['e', ['0.log', '3.log'], '600'],
      ];
      for (const [name, logs, mode] of cases) {
        await run(['ingest', '--quiet', '--rejects', at(name), ...logs.map(at)]);
        expect({ name, mode: await getMode(at(name)) }).toEqual({ name, mode });
      }
      await run(['ingest', '--quiet', '--rejects', at('pipe')], { input: gzipSync(`${LOG}junk\n`) });
      expect(await getMode(at('pipe'))).toBe('600');
      expect(await readFile(at('pipe'), 'utf8')).toBe('junk\njunk\n');
      await writeFile(at('old'), '');
      await chmod(at('old'), 0o660);
      await run(['ingest', '--quiet', '--rejects', at('old'), at('1.log')]);
      expect(await getMode(at('old'))).toBe('660');
      if (!isRoot) return;
      await chown(at('0.log'), 0, GROUP);
      await run(['ingest', '--quiet', '--rejects', at('other-group'), at('0.log')]);
      expect(await getMode(at('other-group'))).toBe('600');
    } finally {
      process.umask(umask);
    }
  });

  it('may be a pipe, or behind links of the user', async ({ openTarget, folder }) => {
    const { run, environment } = await openTarget('postgres');
    const write = (name: string, serial: number) =>
      writeFile(join(folder, name), `${LOG}junk ${serial}\n`.replaceAll('1234', String(serial)));
    await write('a.log', 1);
    await write('b.log', 2);
    const command = `"${process.execPath}" bin/logtally.js ingest --quiet --rejects /dev/stdout "$1" | cat`;
    const shown = spawnSync('sh', ['-c', command, 'sh', join(folder, 'a.log')], {
      ...{ cwd: PROJECT_FOLDER, encoding: 'utf8', env: { PATH: process.env['PATH'], ...environment } },
    });
    expect(shown).toMatchObject({ status: 0, stdout: 'junk\njunk 1\n', stderr: '' });
    await mkdir(join(folder, 'inner'));
    await symlink('inner', join(folder, 'outer'));
    await symlink('../outer/../inner/rejects', join(folder, 'inner', 'link'));
    const linked = await run([
      ...['ingest', '--quiet', '--rejects', join(folder, 'outer', 'link'), join(folder, 'b.log')],
    ]);
    expect(linked).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readFile(join(folder, 'inner', 'rejects'), 'utf8')).toBe('junk\njunk 2\n');
    expect((await readdir(join(folder, 'inner'))).toSorted()).toEqual(['link', 'rejects']);
  });
});

describe('the scratch files of --rejects', () => {
  it('have names that nobody can know before, and are not opened through a link', async ({
    openTarget,
    folder,
  }) => {
    const { environment } = await openTarget('postgres');
    await writeFile(join(folder, 'secret'), 'secret');
    await writeFile(join(folder, 'a.log'), LOG);
    // the process has the number of the shell
    const script = `cd "$1"; for each in waiting long; do ln -s secret rejects.$each-$$; done
      exec "${process.execPath}" "${PROJECT_FOLDER}bin/logtally.js" ingest --quiet --rejects rejects a.log`;
    const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', folder], {
      ...{ encoding: 'utf8', env: { PATH: process.env['PATH'], ...environment } },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
    expect(await readFile(join(folder, 'rejects'), 'utf8')).toBe('junk\n');
  });
});

describe.skipIf(!isRoot)('in a folder that others may write (needs root, to be others)', () => {
  /** What somebody has prepared, in a folder of each kind. */
  const FOLDERS = [
    { kind: 'for everybody', uid: 0, mode: 0o1777 },
    { kind: 'of another user', uid: STRANGER, mode: 0o755 },
    { kind: 'of a group', uid: 0, mode: 0o775 },
  ];

  it.for(FOLDERS)(
    '$kind a link of another user is followed neither by --rejects nor by report',
    async ({ uid, mode }, { openTarget, folder }) => {
      const { run } = await openTarget('postgres');
      const shared = join(folder, 'shared');
      const secret = join(folder, 'secret');
      const log = join(folder, 'a.log');
      await mkdir(shared);
      await chmod(shared, mode);
      await chown(shared, uid, uid);
      await writeFile(secret, 'secret');
      await writeFile(log, LOG);
      const plant = async (name: string, target: string) => {
        await symlink(target, join(shared, name));
        await lchown(join(shared, name), STRANGER, STRANGER);
        return join(shared, name);
      };
      const planted = [
        await plant('to-file', secret),
        await plant('to-new', join(folder, 'new')),
        join(await plant('to-folder', folder), 'secret'),
      ];
      for (const path of planted) {
        const ingested = await run(['ingest', '--rejects', path, log]);
        const reported = report(path);
        for (const { code, stderr } of [ingested, reported]) {
          expect(code).toBe(1);
          expect(stderr).toContain(`'${path}' is not written: `);
          expect(stderr).toContain('is a link that another user made');
        }
      }
      expect(await readFile(secret, 'utf8')).toBe('secret');
      expect((await readdir(folder)).toSorted()).toEqual(['a.log', 'secret', 'shared']);
      await symlink(secret, join(shared, 'own'));
      await symlink(secret, join(shared, 'own-page'));
      expect((await run(['ingest', '--quiet', '--rejects', join(shared, 'own'), log])).code).toBe(0);
      expect(await readFile(secret, 'utf8')).toBe('secretjunk\n');
      expect(report(join(shared, 'own-page'))).toEqual({ code: 0, stderr: '' });
      expect(await readFile(secret, 'utf8')).toContain('<!doctype html>');
    },
  );

  it('a file that another user has put there is given no lines', async ({ openTarget, folder }) => {
    const { run } = await openTarget('postgres');
    const shared = join(folder, 'shared');
    const log = join(folder, 'a.log');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    await writeFile(log, LOG);
    const foreign = join(shared, 'rejects');
    await writeFile(foreign, '');
    await chown(foreign, STRANGER, STRANGER);
    const refused = await run(['ingest', '--rejects', foreign, log]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another user may have put it there'),
    });
    const own = join(folder, 'own');
    await writeFile(own, '');
    await link(own, join(shared, 'second-name'));
    // the folder is somebody's, who can have made the name
    await chown(shared, STRANGER, STRANGER);
    expect((await run(['ingest', '--rejects', join(shared, 'second-name'), log])).code).toBe(1);
    expect(await readFile(own, 'utf8')).toBe('');
    await chown(shared, 0, 0);
    expect((await run(['ingest', '--quiet', '--rejects', join(shared, 'mine'), log])).code).toBe(0);
    expect((await readdir(shared)).toSorted()).toEqual(['mine', 'rejects', 'second-name']);
  });
});

describe('a page that is replaced', () => {
  it('keeps its mode; a new one has that of the umask', async ({ folder }) => {
    const path = join(folder, 'hits.html');
    expect(report(path, { umask: '027' })).toEqual({ code: 0, stderr: '' });
    expect(await getMode(path)).toBe('640');
    for (const mode of [0o600, 0o664, 0o604]) {
      await chmod(path, mode);
      expect(report(path)).toEqual({ code: 0, stderr: '' });
      expect(await getMode(path)).toBe(mode.toString(8));
    }
    // another name of the old page keeps the old page
    await writeFile(path, 'old');
    await link(path, join(folder, 'other'));
    expect(report(path).code).toBe(0);
    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('old');
  });

  it.skipIf(!isRoot)(
    'keeps owner and group, as far as the user may set them (needs root)',
    async ({ folder }) => {
      const path = join(folder, 'hits.html');
      await writeFile(path, 'old');
      await chmod(path, 0o640);
      await chown(path, SOMEBODY, GROUP);
      expect(report(path)).toEqual({ code: 0, stderr: '' });
      expect(await stat(path)).toMatchObject({ uid: SOMEBODY, gid: GROUP });
      expect(await getMode(path)).toBe('640');
      // the owner of the folder may replace it, and not give it away: the new group reads what all may read
      await chown(folder, STRANGER, STRANGER);
      expect(report(path, { uid: STRANGER })).toEqual({ code: 0, stderr: '' });
      expect(await stat(path)).toMatchObject({ uid: STRANGER, gid: STRANGER });
      expect(await getMode(path)).toBe('600');
      // one that another user has put into a shared folder is refused, as --rejects does
      await chmod(folder, 0o1777);
      await chown(folder, 0, 0);
      await writeFile(path, 'foreign');
      const refused = report(path);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`'${path}' is not written: another user may have put it there`);
      expect(await readFile(path, 'utf8')).toBe('foreign');
    },
  );
});
