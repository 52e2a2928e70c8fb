// Archives that are opened while those before them are read: each is counted, known or refused as if it were the only one.
import { appendFile, copyFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { expectOnce, ingest, line, lines, startIngest } from '../support/logs.js';
import { OFTEN_TESTED, readNamedTables } from '../support/targets.js';
import { it } from '../support/test.js';

/** Archives of ten lines each, more than are open at the same time. */
async function writeArchives(folder: string, count: number): Promise<string[]> {
  const paths = Array.from({ length: count }, (_, at) => join(folder, `${String(at).padStart(2, '0')}.gz`));
  for (const [at, path] of paths.entries()) await writeFile(path, gzipSync(lines(at * 10, at * 10 + 10)));
  return paths;
}

describe.each(OFTEN_TESTED)('many archives in %s', (kind) => {
  it('are counted without a word, and are known afterwards', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const paths = await writeArchives(folder, 30);
    for (const states of ['counted', 'known']) {
      // a process of its own also tells what Node has to warn of
      const answer = await startIngest(target.environment, paths).answer;
      expect(answer).toMatchObject({ code: 0, stderr: '' });
      expect(answer.account?.inputs.map(({ state }) => state)).toEqual(Array(30).fill(states));
    }
    await expectOnce(target.query, 300);
  });

  it('are what they are one by one, whatever stands among them', async ({ openTarget, folder }) => {
    const [together, single] = [await openTarget(kind), await openTarget(kind)];
    const paths = await writeArchives(folder, 20);
    const path = (at: number) => paths[at] ?? '';
    const whole = gzipSync(lines(900, 4000));
    await copyFile(path(1), path(3));
    await writeFile(path(4), lines(40, 50));
    await writeFile(path(5), gzipSync(lines(20, 30) + lines(50, 60)));
    await writeFile(path(6), whole.subarray(0, whole.length / 2));
    await writeFile(path(7), Buffer.concat([whole.subarray(0, -6), Buffer.from('broken')]));
    await rm(path(8));
    await mkdir(path(8));
    await rm(path(9));
    await symlink(join(folder, 'nowhere'), path(9));
    await writeFile(path(10), gzipSync(''));
    await writeFile(path(11), '');
    await writeFile(path(12), gzipSync(lines(120, 130)).subarray(0, 12));
    await writeFile(path(13), gzipSync(gzipSync('twice')));
    await writeFile(path(14), gzipSync(lines(0, 15)));
    // counted before
    for (const { environment } of [together, single]) await ingest(environment, [path(17)]);
    const answer = await ingest(together.environment, [...paths, path(2)]);
    const apart: string[] = [];
    for (const each of [...paths, path(2)]) {
      const { account } = await ingest(single.environment, [each]);
      // what cannot be opened alone is refused before the run begins
      apart.push(account?.inputs[0]?.state ?? 'failed');
    }
    const states = answer.account?.inputs.map(({ state }) => state);
    expect(states).toEqual(apart);
    expect(await readNamedTables(together)).toEqual(await readNamedTables(single));
    expect(new Set(states)).toEqual(new Set(['counted', 'known', 'damaged', 'failed', 'empty']));
  });
});

describe('an archive that was opened ahead', () => {
  it('is counted once if another run counts it before its turn comes', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const paths = await writeArchives(folder, 12);
    await target.run(['init']);
    const slow = startIngest({ ...target.environment, LOGTALLY_FAULT: 'copied:3:3000ms' }, paths);
    await slow.paused;
    const other = await ingest(target.environment, [paths[5] ?? '', paths[11] ?? '']);
    expect(other).toMatchObject({ code: 0, account: { counted: 20 } });
    expect(await slow.answer).toMatchObject({ code: 0, account: { counted: 100 } });
    await expectOnce(target.query, 120);
  });

  it('is the file that was there when it was opened, and another one is counted by the next run', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget('postgres');
    const paths = await writeArchives(folder, 4);
    await target.run(['init']);
    const slow = startIngest({ ...target.environment, LOGTALLY_FAULT: 'copied:2:3000ms' }, paths);
    await slow.paused;
    const replaced = paths[3] ?? '';
    await writeFile(`${replaced}.new`, gzipSync(lines(40, 55)));
    await rename(`${replaced}.new`, replaced);
    expect(await slow.answer).toMatchObject({ code: 0 });
    expect(await ingest(target.environment, paths)).toMatchObject({ code: 0 });
    await expectOnce(target.query, 55);
  });

  const CHANGES = {
    'is appended to': 'a',
    'is overwritten': 'w',
  } as const;

  it.for(Object.entries(CHANGES))(
    'is not taken for counted if it %s before its turn comes',
    async ([, flag], { openTarget, folder }) => {
      const target = await openTarget('postgres');
      const paths = await writeArchives(folder, 4);
      await target.run(['init']);
      const slow = startIngest({ ...target.environment, LOGTALLY_FAULT: 'copied:2:3000ms' }, paths);
      await slow.paused;
      await writeFile(paths[3] ?? '', gzipSync(lines(40, 3040)), { flag });
      expect(await slow.answer).toMatchObject({ code: 0 });
      expect(await ingest(target.environment, paths)).toMatchObject({ code: 0, stderr: '' });
      const [row] = await target.query('select sum(hit_count)::int as hits from logtally.object_hits');
      // ten lines of it were read before it was overwritten
      expect(row).toEqual({ hits: 4 * 10 + 3000 });
      const third = await ingest(target.environment, paths);
      expect(third.account?.inputs.map(({ state }) => state)).toEqual(Array(4).fill('known'));
    },
  );

  it('is closed if the run is interrupted, and counted by the next one', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const paths = await writeArchives(folder, 12);
    await target.run(['init']);
    const fault = { ...target.environment, LOGTALLY_FAULT: 'copied:2:SIGTERM' };
    expect((await ingest(fault, paths)).code).toBe(130);
    expect(await ingest(target.environment, paths)).toMatchObject({ code: 0, account: { counted: 120 } });
    await expectOnce(target.query, 120);
  });

  it('is not opened ahead if all of its content is to be compared', async ({ openTarget, folder }) => {
    const target = await openTarget('postgres');
    const paths = await writeArchives(folder, 3);
    await ingest(target.environment, paths);
    await appendFile(paths[1] ?? '', gzipSync(line(30)));
    const answer = await ingest(target.environment, ['--verify', 'full', ...paths]);
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    await expectOnce(target.query, 31);
  });
});
