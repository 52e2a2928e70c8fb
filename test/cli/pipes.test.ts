// Several logs in one pipe, of which each is known.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { expectOnce, ingest, lines } from '../support/logs.js';
import { it } from '../support/test.js';

describe('known logs that are piped one after the other', () => {
  it('are known also where the first begins like a longer one, which is tried before it', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    // alike up to far behind the first checkpoint at 1 MiB, and told apart at the next one
    const alike = lines(0, 9000);
    const longer = alike + lines(9000, 16_000);
    const first = alike + lines(20_000, 20_100);
    const second = lines(30_000, 36_000);
    const logs = [first, longer, second].map((text, at) => ({ path: join(folder, `${at}.log`), text }));
    for (const { path, text } of logs) await writeFile(path, text);
    const paths = logs.map(({ path }) => path);
    expect(await ingest(target.environment, paths)).toMatchObject({ code: 0, account: { batches: 3 } });
    const piped = await ingest(target.environment, [], first + second);
    expect(piped).toMatchObject({ code: 0, account: { lines: 0, batches: 0 } });
  });
});

describe('a run that counted a pipe', () => {
  it('is undone only after the runs that counted more of it, so that none of its logs is counted twice', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [a, b] = [join(folder, 'a.log'), join(folder, 'b.log')];
    await ingest(target.environment, [], lines(0, 100));
    await ingest(target.environment, [], lines(0, 120));
    await writeFile(a, lines(0, 70));
    await writeFile(b, lines(70, 120));
    expect(await ingest(target.environment, [b])).toMatchObject({ code: 4 });
    const refused = await target.run(['undo', '1']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'run 1 cannot be undone before run 2, which counted more of the same pipe',
    );
    expect(refused.stderr).toContain('logtally undo 2, and then logtally undo 1');
    await expectOnce(target.query, 120);
    for (const run of ['2', '1']) expect(await target.run(['undo', run])).toMatchObject({ code: 0 });
    expect(await ingest(target.environment, [b, a])).toMatchObject({ code: 0 });
    await expectOnce(target.query, 120);
  });

  it('is named where the log file that the server wrote beside its pipes is given', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    // the server is started again now and then: each time a new pipe begins
    for (const [from, to] of [
      [0, 8],
      [8, 11],
      [11, 13],
    ] as const)
      await ingest(target.environment, [], lines(from, to));
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 15));
    const held = await ingest(target.environment, [log]);
    expect(held).toMatchObject({ code: 4 });
    expect(held.stderr).toContain('logtally undo 2 takes back all that it counted');
    expect(await ingest(target.environment, [], lines(0, 15))).toMatchObject({ code: 4 });
    await expectOnce(target.query, 13);
    for (const run of ['3', '2', '1']) await target.run(['undo', run]);
    expect(await ingest(target.environment, [log])).toMatchObject({ code: 0 });
    await expectOnce(target.query, 15);
  });
});
