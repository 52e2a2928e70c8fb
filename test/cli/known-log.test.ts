// A plain log that is known is recognised by its two ends: its first 4,096 bytes, and 1 to 2 MiB before the known end. What is
// read of it beside these is new.

import { execFileSync } from 'node:child_process';
import { appendFile, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { expectOnce, ingest, line, lines, startIngest } from '../support/logs.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';
import { it } from '../support/test.js';

const MEBIBYTE = 1_048_576;
const NEW_LINES = 10;

/** More than 3 MiB, so that the known end begins at 2 MiB. */
const LINES = 20_000;
const LOG = lines(0, LINES);
const BYTES = Buffer.byteLength(LOG);

/** Changes one byte of the request behind a position, which makes no line longer or unreadable. */
async function changeBehind(path: string, position: number): Promise<void> {
  const at = (await readFile(path)).indexOf('/photos/', position) + 1;
  const file = await open(path, 'r+');
  await file.write('q', at);
  await file.close();
}

describe('a known plain log', () => {
  it('is read behind its known end only: what was rewritten in its middle is not noticed', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment, query } = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, LOG);
    expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { counted: LINES } });
    const file = await open(log, 'r+');
    await file.write(Buffer.alloc(2 * MEBIBYTE - 4096, 'x\n'), 0, null, 4096);
    await file.close();
    const known = { alreadyCountedBytes: BYTES, inputs: [{ state: 'known' }] };
    expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { lines: 0, ...known } });
    await appendFile(log, lines(LINES, LINES + NEW_LINES));
    expect(await ingest(environment, [log])).toMatchObject({
      code: 0,
      account: { counted: NEW_LINES, alreadyCountedBytes: BYTES },
    });
    await expectOnce(query, LINES + NEW_LINES);
  });

  it.for([
    ['its first 4,096 bytes', 3800],
    ['the block before its last one', 2 * MEBIBYTE + 500],
    ['its last line', BYTES - 170],
  ] as const)(
    'is another log if one byte of %s differs',
    async ([, position], { openTarget, folder, expect }) => {
      const { environment } = await openTarget('postgres');
      const log = join(folder, 'access.log');
      await writeFile(log, LOG);
      await ingest(environment, [log]);
      await changeBehind(log, position);
      expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { counted: LINES } });
      expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { lines: 0 } });
    },
  );

  it.for(['--verify=full', '--recount'])(
    'is read from its first byte with %s, and known to be another one',
    async (option, { openTarget, folder, expect }) => {
      const { environment } = await openTarget('postgres');
      const log = join(folder, 'access.log');
      await writeFile(log, LOG);
      await ingest(environment, [log]);
      await changeBehind(log, MEBIBYTE);
      expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { lines: 0 } });
      const answer = await ingest(environment, [option, log]);
      expect(answer).toMatchObject({ code: 0, account: { counted: LINES, alreadyCountedBytes: 0 } });
    },
  );

  it('is read from its first byte if its end repeats one line: another log may end in the same way', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment } = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const flood = line(1).repeat(LINES);
    await writeFile(log, lines(0, LINES) + flood);
    await ingest(environment, [log]);
    await changeBehind(log, MEBIBYTE);
    expect(await ingest(environment, [log])).toMatchObject({ code: 0, account: { counted: 2 * LINES } });
  });

  it('is read from its first byte if two known logs begin like it: only the middle may tell which it is', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment, query } = await openTarget('postgres');
    const [log, other] = [join(folder, 'access.log'), join(folder, 'other.log')];
    await writeFile(log, LOG);
    await writeFile(other, LOG);
    await changeBehind(other, MEBIBYTE);
    await ingest(environment, [log]);
    expect(await ingest(environment, ['--verify=full', other])).toMatchObject({
      account: { counted: LINES },
    });
    await appendFile(log, lines(LINES, LINES + NEW_LINES));
    await appendFile(other, lines(LINES, LINES + NEW_LINES));
    for (const path of [log, other])
      expect(await ingest(environment, [path])).toMatchObject({ account: { counted: NEW_LINES } });
    const streams = await query('select count(*)::int as batches from logtally.batch group by stream_id');
    expect(streams).toEqual([{ batches: 2 }, { batches: 2 }]);
  });

  it('has a gap that undo left filled from the last checkpoint before the gap on', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment, query, run } = await openTarget('postgres');
    const log = join(folder, 'access.log');
    const parts = [0, 8000, 12_000, LINES, LINES + NEW_LINES];
    await writeFile(log, '');
    for (const [at, to] of parts.slice(1, -1).entries()) {
      await appendFile(log, lines(parts[at] ?? 0, to));
      expect((await ingest(environment, [log])).code).toBe(0);
    }
    expect((await run(['undo', '2'])).code).toBe(0);
    // before the gap, and read no more
    await changeBehind(log, 5000);
    await appendFile(log, lines(LINES, LINES + NEW_LINES));
    expect(await ingest(environment, [log])).toMatchObject({
      code: 0,
      account: { counted: 4000 + NEW_LINES, batches: 2 },
    });
    await expectOnce(query, LINES + NEW_LINES);
    expect((await run(['verify'])).code).toBe(0);
  });

  it('is counted anew if it is emptied and grows again after its end was recognised', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment, query } = await openTarget('postgres');
    const log = join(folder, 'access.log');
    await writeFile(log, lines(0, 9000));
    await ingest(environment, [log]);
    await appendFile(log, lines(9000, 9001));
    const started = startIngest({ ...environment, LOGTALLY_FAULT: 'compared:1:1500ms' }, [log]);
    await started.paused;
    await writeFile(log, lines(10_000, 30_000));
    expect(await started.answer).toMatchObject({ code: 0, account: { counted: 20_000 } });
    const [row] = await query('select count(*)::int as streams from logtally.log_stream');
    expect(row).toEqual({ streams: 2 });
  });

  it('is counted as a new one if what was known of it is taken back while it is compared with another that begins alike', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment, query, run } = await openTarget('postgres');
    const [log, longer] = [join(folder, 'access.log'), join(folder, 'longer.log')];
    // they differ between 512 and 1,024 bytes, where no checkpoint tells them apart
    await writeFile(log, lines(0, 5));
    await writeFile(longer, lines(0, 4) + lines(100, 101));
    await ingest(environment, [log]);
    await ingest(environment, [longer]);
    await appendFile(log, lines(5, 6));
    // the longer one is compared first
    const started = startIngest({ ...environment, LOGTALLY_FAULT: 'compared:1:3000ms' }, [log]);
    await started.paused;
    expect((await run(['undo', '1'])).code).toBe(0);
    expect(await started.answer).toMatchObject({ code: 0, account: { counted: 6 } });
    const [row] = await query('select sum(hit_count)::int as hits from logtally.object_hits');
    expect(row).toEqual({ hits: 11 });
    expect((await run(['verify'])).code).toBe(0);
  });

  it('is recorded as seen if it has not grown, under its new path if it was renamed', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment, query } = await openTarget('postgres');
    const [log, rotated] = [join(folder, 'access.log'), join(folder, 'access.log.1')];
    await writeFile(log, lines(0, NEW_LINES));
    await ingest(environment, [log]);
    const read = async () =>
      (await query('select last_path, last_seen_at::text as seen, state from logtally.log_stream'))[0];
    const first = await read();
    const known = { code: 0, account: { lines: 0, inputs: [{ state: 'known' }] } };
    expect(await ingest(environment, [log])).toMatchObject(known);
    const second = await read();
    expect(second).toMatchObject({ last_path: log, state: 'open' });
    expect(second?.['seen']).not.toBe(first?.['seen']);
    expect(await ingest(environment, ['--dry-run', log])).toMatchObject(known);
    expect(await read()).toEqual(second);
    await rename(log, rotated);
    expect(await ingest(environment, [rotated])).toMatchObject(known);
    expect(await read()).toMatchObject({ last_path: rotated });
  });

  it('has the digests that the command in ARCHITECTURE computes', async ({ openTarget, folder, expect }) => {
    const { environment, query } = await openTarget('postgres');
    const all = join(folder, 'all');
    await writeFile(all, gunzipSync(await readFile(join(PROJECT_FOLDER, 'fixtures/access.log.gz'))));
    await ingest(environment, [all]);
    const text = await readFile(join(PROJECT_FOLDER, 'ARCHITECTURE.md'), 'utf8');
    const [, digest = ''] = /digest at 8,192 is `(\w+)`/.exec(text) ?? [];
    const [, command = ''] = /^ {4}(\(head .*sha256sum)$/m.exec(text) ?? [];
    expect(execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }).slice(0, 8)).toBe(digest);
    const [row] = await query(
      "select left(encode(sha256, 'hex'), 8) as digest from logtally.stream_digest where end_byte = 8192",
    );
    expect(row).toEqual({ digest });
  });
});
