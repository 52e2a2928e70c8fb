// A full disk on our side: where a pipe is kept until it is known which log it is, where rejected lines are kept, and under the
// embedded database.

import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe } from 'vitest';
import { startFollowing } from '../follow/following.js';
import { runCli } from '../support/cli.js';
import { expectOnce, ingest, lines } from '../support/logs.js';
import { it } from '../support/test.js';

const LINES = 1000;

/** Less than a file of the write-ahead log has, which is 16 MiB. */
const ROOM_BYTES = 15_000_000;
const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
const run = promisify(execFile);

describe.skipIf(!mayMount)('a full disk on our side (needs root on Linux, to mount a small one)', () => {
  let small = '';
  beforeAll(async () => {
    small = await mkdtemp(join(tmpdir(), 'logtally-small-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
  });
  afterAll(async () => {
    await run('umount', ['-l', small]);
    await rm(small, { recursive: true });
  });

  it('is told of a pipe that has to be kept; with space it is counted once', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const text = lines(0, LINES);
    expect((await ingest(target.environment, [], text)).code).toBe(0);
    const grown = text + lines(LINES, 2 * LINES);
    const refused = await ingest({ ...target.environment, TMPDIR: small }, [], grown);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`what the pipe delivers cannot be kept in '${small}'`);
    expect(refused.stderr).toContain('TMPDIR names another folder');
    await expectOnce(target.query, LINES);
    expect(await ingest(target.environment, [], grown)).toMatchObject({
      code: 0,
      account: { counted: LINES },
    });
    await expectOnce(target.query, 2 * LINES);
  });

  it('is told of rejected lines that have to be kept; nothing is counted before they can be', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const junk = Array.from({ length: 3000 }, (_, at) => `junk ${at} ${'x'.repeat(80)}\n`).join('');
    await writeFile(log, lines(0, LINES) + junk);
    const rejects = join(small, 'rejects');
    const refused = await ingest(target.environment, ['--max-rejects', '100%', '--rejects', rejects, log]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`the rejects file '${rejects}' cannot be written: ENOSPC`);
    await expectOnce(target.query, 0);
    expect(await readFile(rejects, 'utf8')).toBe('');
    // they fit on the disk once, while they wait, and not twice
    const waiting = junk.slice(0, 40_000).replace(/.*$/, '');
    await writeFile(log, lines(0, LINES) + waiting);
    const late = await ingest(target.environment, ['--max-rejects', '100%', '--rejects', rejects, log]);
    expect(late).toMatchObject({ code: 1, account: { counted: LINES } });
    expect(late.stderr).toContain('the lines are counted, but the rejected ones cannot be kept');
    expect(await readFile(rejects, 'utf8')).toBe('');
    const recount = ['--recount', '--max-rejects', '100%', '--rejects'];
    await ingest(target.environment, [...recount, join(folder, 'late'), log]);
    expect(await readFile(join(folder, 'late'), 'utf8')).toBe(waiting);
    await writeFile(log, lines(LINES, 2 * LINES) + junk);
    const elsewhere = join(folder, 'rejects');
    const answer = await ingest(target.environment, ['--max-rejects', '100%', '--rejects', elsewhere, log]);
    expect(answer).toMatchObject({ code: 0, account: { counted: LINES } });
    expect(await readFile(elsewhere, 'utf8')).toBe(junk);
  });
});

describe.skipIf(!mayMount)(
  'a full disk under the embedded database (needs root on Linux, to mount a small one)',
  () => {
    let small = '';
    beforeAll(async () => {
      small = await mkdtemp(join(tmpdir(), 'logtally-small-'));
      await run('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', small]);
    });
    afterAll(async () => {
      await run('umount', ['-l', small]);
      await rm(small, { recursive: true });
    });

    it('is told once by follow, which counts what came meanwhile when there is space again', async ({
      folder,
      expect,
    }) => {
      const environment = { LOGTALLY_DATA_DIR: join(small, 'data') };
      const log = join(folder, 'access.log');
      await writeFile(log, lines(0, LINES));
      const query = async (statement: string) =>
        JSON.parse((await runCli(['query', statement, '--json'], { environment })).stdout);
      const following = startFollowing({ environment, query }, [log]);
      await following.waitFor(LINES);
      const ballast = join(small, 'ballast');
      await run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']).catch(() => undefined);
      // rows still have room, the next file of the write-ahead log has none: PostgreSQL gives up
      await truncate(ballast, (await stat(ballast)).size - ROOM_BYTES);
      let written = LINES;
      for (; !following.getNews().includes('No space left on device'); written += LINES) {
        await appendFile(log, lines(written, written + LINES));
        await sleep(50);
      }
      // it tries again meanwhile, and cannot even open the database
      await sleep(2000);
      await rm(ballast);
      await following.waitFor(written);
      expect(await following.end()).toMatchObject({ code: 0 });
      expect(following.getNews().match(/No space left on device/g)).toHaveLength(1);
      expect((await runCli(['verify'], { environment })).code).toBe(0);
      await expectOnce(query, written);
    });
  },
);
