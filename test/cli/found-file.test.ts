// ./logtally.toml is read without being named: whoever may write it could choose queries and rules for its reader.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, lchown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { PROJECT_FOLDER } from '../support/cli.js';
import { it } from '../support/test.js';

const isRoot = process.getuid?.() === 0;
const RULE = '[[object]]\ncontent_type = "photo"\npath = "/photos/:id/"\n';
/** Users that no system has. */
const SOMEBODY = 54_321;
const STRANGER = 54_322;

/** Runs the command in a folder. */
function match(cwd: string, { uid = process.getuid?.() ?? 0, args = [] as readonly string[] } = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${PROJECT_FOLDER}bin/logtally.js`, 'match', '/photos/1/', ...args],
    {
      cwd,
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: process.env['PATH'] ?? '' },
      ...(isRoot ? { uid, gid: uid } : {}),
    },
  );
  return { code: status, matches: stdout.includes('photo 1'), stderr };
}

describe('logtally.toml of the current folder', () => {
  it('is read where only the user can write it, and where it is named', async ({ folder }) => {
    const path = join(folder, 'logtally.toml');
    await writeFile(path, RULE, { mode: 0o644 });
    expect(match(folder)).toEqual({ code: 0, matches: true, stderr: '' });
    await chmod(path, 0o666);
    const refused = match(folder);
    expect(refused).toMatchObject({ code: 2, matches: false });
    expect(refused.stderr).toContain(
      "logtally: error: 'logtally.toml' of the current folder is not read: other users may write it\n",
    );
    expect(refused.stderr).toContain('chmod go-w');
    expect(match(folder, { args: ['--config', './logtally.toml'] })).toEqual({
      code: 0,
      matches: true,
      stderr: '',
    });
    await chmod(path, 0o664);
    expect(match(folder)).toMatchObject({ code: 2, stderr: expect.stringContaining('may write it') });
    await chmod(path, 0o644);
    for (const [mode, code] of [
      [0o775, 2],
      [0o777, 2],
      [0o1777, 0],
      [0o755, 0],
    ] as const) {
      await chmod(folder, mode);
      expect(match(folder).code, mode.toString(8)).toBe(code);
    }
  });

  it.skipIf(!isRoot)(
    'is read by a user where root wrote it, and refused where another user did (needs root)',
    async ({ folder }) => {
      await chmod(folder, 0o755);
      const path = join(folder, 'logtally.toml');
      await writeFile(path, RULE, { mode: 0o644 });
      const read = { code: 0, matches: true, stderr: '' };
      expect(match(folder, { uid: SOMEBODY })).toEqual(read);
      await chown(path, SOMEBODY, SOMEBODY);
      expect(match(folder, { uid: SOMEBODY })).toEqual(read);
      for (const uid of [0, STRANGER]) {
        const answer = match(folder, { uid });
        expect(answer).toMatchObject({ code: 2, matches: false });
        expect(answer.stderr).toContain(`it belongs to another user (${SOMEBODY})`);
      }
      await chown(path, 0, 0);
      await chown(folder, SOMEBODY, SOMEBODY);
      expect(match(folder, { uid: SOMEBODY })).toEqual(read);
      expect(match(folder).stderr).toContain("other users may replace it, as they may write '.'");
    },
  );

  it.skipIf(!isRoot)(
    'may be a link of the user, and not one of another user (needs root)',
    async ({ folder }) => {
      await chmod(folder, 0o1777);
      const target = join(folder, 'inner');
      await mkdir(target, { mode: 0o755 });
      await writeFile(join(target, 'rules.toml'), RULE, { mode: 0o644 });
      const path = join(folder, 'logtally.toml');
      await symlink(join(target, 'rules.toml'), path);
      expect(match(folder)).toEqual({ code: 0, matches: true, stderr: '' });
      await lchown(path, STRANGER, STRANGER);
      expect(match(folder)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('a link that another user made'),
      });
      await lchown(path, 0, 0);
      await chmod(target, 0o777);
      expect(match(folder)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`they may write '${target}'`),
      });
    },
  );
});

describe('a FIFO in the place of a config file', () => {
  it('is refused at once in the current folder; the null device may be named', async ({ folder }) => {
    spawnSync('mkfifo', [join(folder, 'logtally.toml')]);
    expect(match(folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "the config file 'logtally.toml' cannot be read: it is not a regular file\n",
      ),
    });
    expect(match(folder, { args: ['--config', '/dev/null'] }).code).toBe(0);
  });

  it('is read by name when a program has written into it, and the wait for that ends with a signal', async ({
    folder,
  }) => {
    await writeFile(join(folder, 'rules'), RULE);
    const program = `${PROJECT_FOLDER}bin/logtally.js`;
    const run = (writer: string) => {
      const script = `exec "$0" "$1" match /photos/1/ --config <(${writer})`;
      const args = ['-c', script, process.execPath, program];
      return spawn('bash', ['--norc', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    };
    const [shown] = await once(run('sleep 0.5; cat rules').stdout, 'data');
    expect(String(shown)).toContain('photo 1');
    const [empty] = await once(run('true'), 'exit');
    expect(empty).toBe(2);
    spawnSync('mkfifo', [join(folder, 'fifo')]);
    const args = [program, 'match', '/photos/1/', '--config', 'fifo'];
    const waiting = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
    setTimeout(() => waiting.kill('SIGTERM'), 2000);
    expect(await once(waiting, 'exit')).toEqual([130, null]);
  });
});
