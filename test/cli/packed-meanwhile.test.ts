// Logs that are compressed while cron's run begins: the shell has listed files that go, or that are not whole yet.
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { expectOnce, type IngestAnswer, ingest, lines } from '../support/logs.js';
import { OFTEN_TESTED, succeed } from '../support/targets.js';
import { it } from '../support/test.js';

function listStates({ account }: IngestAnswer): readonly string[] {
  return (account?.inputs ?? []).map(({ state }) => state);
}

const SILENT = { code: 0, stderr: '' };

describe.each(OFTEN_TESTED)('logrotate beside a run into %s', (kind) => {
  it('may compress logs that were named: the files that they have become are read', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = (name: string) => join(folder, name);
    const named = ['access.log', 'access.log.1', 'access.log.2', 'access.log.3'].map(path);
    await writeFile(path('access.log'), lines(90, 100));
    await writeFile(path('access.log.1.gz'), gzipSync(lines(60, 90)));
    await writeFile(path('access.log.2.gz'), gzipSync(lines(30, 60)));
    await writeFile(path('access.log.3.gz'), gzipSync(lines(0, 30)));
    const answer = await ingest(target.environment, named);
    expect(answer).toMatchObject(SILENT);
    expect(listStates(answer)).toEqual(Array(4).fill('counted'));
    await expectOnce(target.query, 100);
    // alone, and known by then
    for (const each of named) {
      const again = await ingest(target.environment, [each]);
      expect(again).toMatchObject(SILENT);
      expect(listStates(again)).toEqual(['known']);
    }
    const seen = await target.query('select last_path from logtally.log_stream order by 1');
    expect(seen.map((row) => row['last_path'])).toEqual(
      ['access.log', 'access.log.1.gz', 'access.log.2.gz', 'access.log.3.gz'].map(path),
    );
  });

  it('may be compressing a log: nothing is missing, as the log itself is there', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const path = (name: string) => join(folder, name);
    const log = path('access.log.1');
    const archive = path('access.log.1.gz');
    const packed = gzipSync(lines(0, 3000));
    await writeFile(log, lines(0, 3000));
    for (const share of [0.3, 0.6, 0.9]) {
      await writeFile(archive, packed.subarray(0, packed.length * share));
      for (const paths of [
        [log, archive],
        [archive, log],
      ])
        expect(await ingest(target.environment, paths)).toMatchObject(SILENT);
      await expectOnce(target.query, 3000);
    }
    await writeFile(archive, packed);
    await rm(log);
    expect(listStates(await ingest(target.environment, [archive]))).toEqual(['known']);
    await succeed(target, ['verify']);
  });

  it('is told apart from an archive that is cut off for good', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const archive = join(folder, 'access.log.gz');
    const packed = gzipSync(lines(0, 3000));
    await writeFile(archive, packed.subarray(0, packed.length / 2));
    // the log of that name is another one by now
    await writeFile(join(folder, 'access.log'), lines(5000, 5010));
    const answer = await ingest(target.environment, [archive, join(folder, 'access.log')]);
    expect(answer.code).toBe(3);
    expect(answer.stderr).toContain('access.log.gz');
    expect(answer.stderr).toContain('is cut off');
    expect(listStates(answer)).toEqual(['damaged', 'counted']);
    await writeFile(archive, packed);
    expect(await ingest(target.environment, [archive])).toMatchObject(SILENT);
    await rename(archive, join(folder, 'other.gz'));
    const gone = await ingest(target.environment, [archive]);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain("access.log.gz' does not exist");
  });
});
