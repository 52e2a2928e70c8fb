// Several logs in one pipe, of which each is known.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { ingest, lines } from '../faults/logs.js';
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
