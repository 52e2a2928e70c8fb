// Files that change while they are read: the program waits at a point, and meanwhile its input becomes another one.

import { appendFile, copyFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { expectOnce, ingest, lines, startIngest } from '../support/logs.js';
import { it } from '../support/test.js';

const LINES = 1000;
/** Lines of more bytes than a file is read ahead by. */
const MANY_LINES = 10_000;
const PAUSE = '1500ms';

describe('a file that changes while it is read', () => {
  it('is read on where it was renamed, though its path names another log', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [log, rotated, other] = ['access.log', 'access.log.1', 'other.log'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    const alike = lines(0, 100);
    // the first is known, the second begins like it, so that it is read a second time; the third is known as well
    await writeFile(other, alike + lines(100, LINES));
    await writeFile(rotated, lines(LINES, 2 * LINES));
    expect(await ingest(target.environment, [other, rotated])).toMatchObject({ code: 0 });
    await writeFile(log, alike + lines(2 * LINES, 3 * LINES));
    const started = startIngest({ ...target.environment, LOGTALLY_FAULT: `compared:1:${PAUSE}` }, [log]);
    await started.paused;
    await rename(log, join(folder, 'access.log.2'));
    await rename(rotated, log);
    // the lines that both logs begin with are lines of each
    expect(await started.answer).toMatchObject({ code: 0, account: { counted: LINES + 100 } });
    const all = [log, other, join(folder, 'access.log.2')];
    expect(await ingest(target.environment, all)).toMatchObject({ code: 0, account: { lines: 0 } });
  });

  it('is counted as what it has become where it was copied, emptied and has grown longer', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [log, copy] = [join(folder, 'access.log'), join(folder, 'access.log.1')];
    await writeFile(log, lines(0, MANY_LINES));
    const started = startIngest({ ...target.environment, LOGTALLY_FAULT: `copying:2:${PAUSE}` }, [log]);
    await started.paused;
    await copyFile(log, copy);
    await truncate(log);
    await appendFile(log, lines(MANY_LINES, 3 * MANY_LINES));
    expect(await started.answer).toMatchObject({ code: 0, account: { counted: 2 * MANY_LINES } });
    expect(await ingest(target.environment, [log, copy])).toMatchObject({
      code: 0,
      account: { counted: MANY_LINES },
    });
    await expectOnce(target.query, 3 * MANY_LINES);
  });

  it('is counted up to where it was emptied, and the rest is found in the copy', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [log, copy] = [join(folder, 'access.log'), join(folder, 'access.log.1')];
    await writeFile(log, lines(0, MANY_LINES));
    const started = startIngest({ ...target.environment, LOGTALLY_FAULT: `copying:2:${PAUSE}` }, [log]);
    await started.paused;
    await copyFile(log, copy);
    await truncate(log);
    await appendFile(log, lines(MANY_LINES, MANY_LINES + 10));
    expect((await started.answer).code).toBe(0);
    expect((await ingest(target.environment, [log, copy])).code).toBe(0);
    await expectOnce(target.query, MANY_LINES + 10);
  });

  it('is counted where another archive takes its place after it was looked up and before its turn', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [log, archive] = [join(folder, 'access.log'), join(folder, 'access.log.1.gz')];
    await writeFile(archive, gzipSync(lines(0, LINES)));
    expect(await ingest(target.environment, [archive])).toMatchObject({ account: { counted: LINES } });
    await writeFile(log, lines(LINES, 2 * LINES));
    const environment = { ...target.environment, LOGTALLY_FAULT: `copied:1:${PAUSE}` };
    const started = startIngest(environment, [log, archive]);
    await started.paused;
    await writeFile(archive, gzipSync(lines(2 * LINES, 3 * LINES)));
    expect(await started.answer).toMatchObject({ code: 0, account: { counted: 2 * LINES } });
    await expectOnce(target.query, 3 * LINES);
  });

  it('is remembered by its own bytes where it is an archive whose name is given to another', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [archive, older] = [join(folder, 'access.log.1.gz'), join(folder, 'access.log.2.gz')];
    await writeFile(archive, gzipSync(lines(0, LINES)));
    const started = startIngest({ ...target.environment, LOGTALLY_FAULT: `merged:1:${PAUSE}` }, [archive]);
    await started.paused;
    await rename(archive, older);
    await writeFile(archive, gzipSync(lines(LINES, 2 * LINES)));
    expect(await started.answer).toMatchObject({ code: 0, account: { counted: LINES } });
    expect(await ingest(target.environment, [archive, older])).toMatchObject({
      code: 0,
      account: { counted: LINES },
    });
    await expectOnce(target.query, 2 * LINES);
  });
});
