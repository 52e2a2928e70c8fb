// Years of archives, given again and again: a second time costs a look at their ends, not their contents.
// LOGTALLY_TEST_ARCHIVES=10000 makes them as many as the README speaks of, and prints the times.

import { randomBytes } from 'node:crypto';
import { open, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { expectOnce, ingest, line, lines } from '../support/logs.js';
import { readTables } from '../support/targets.js';
import { it } from '../support/test.js';

const ARCHIVES = Number(process.env['LOGTALLY_TEST_ARCHIVES'] || 300);
/** So many archives are larger than the two ends that are looked at, together 8,192 bytes. */
const LARGE_ARCHIVES = 5;
const LARGE_LINES = 100;
const SMALL_LINES = 5;
const END_BYTES = 4096;
const MODIFIED_AT = 1_775_000_000;

/** Lines of agents that cannot be compressed: 200 bytes of each are left in an archive. */
function noisyLines(from: number, to: number): string {
  const noisy = (serial: number) => line(serial).replace('Mozilla/5.0', randomBytes(200).toString('hex'));
  return Array.from({ length: to - from }, (_, at) => noisy(from + at)).join('');
}

interface Archives {
  readonly paths: readonly string[];
  /** Lines, numbered from 0 on. */
  readonly lines: number;
  readonly unpackedBytes: number;
}

async function writeArchives(folder: string): Promise<Archives> {
  const paths: string[] = [];
  let [serial, unpackedBytes] = [0, 0];
  for (let at = 0; at < ARCHIVES; at++) {
    const from = serial;
    serial += at < LARGE_ARCHIVES ? LARGE_LINES : SMALL_LINES;
    const text = at < LARGE_ARCHIVES ? noisyLines(from, serial) : lines(from, serial);
    const path = join(folder, `access.log-${at}.gz`);
    await writeFile(path, gzipSync(text));
    await utimes(path, MODIFIED_AT, MODIFIED_AT);
    paths.push(path);
    unpackedBytes += text.length;
  }
  return { paths, lines: serial, unpackedBytes };
}

/** Overwrites what lies between the two ends, so that the archive cannot be unpacked any more. */
async function destroyMiddle(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const bytes = size - 2 * END_BYTES;
    if (bytes < END_BYTES) throw new Error(`'${path}' is too small for the test: ${size} bytes`);
    await file.write(randomBytes(bytes), 0, bytes, END_BYTES);
  } finally {
    await file.close();
  }
  await utimes(path, MODIFIED_AT, MODIFIED_AT);
}

/** Changes one byte half way, and nothing else. */
async function changeMiddleByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write('~', Math.floor(size / 2));
  } finally {
    await file.close();
  }
  await utimes(path, MODIFIED_AT, MODIFIED_AT);
}

describe(`${ARCHIVES} archives`, () => {
  it(
    'are counted once, and a second time not even unpacked',
    async ({ openTarget, folder, expect }) => {
      const target = await openTarget('postgres');
      const archives = await writeArchives(folder);
      const first = await ingest(target.environment, archives.paths);
      expect(first).toMatchObject({
        code: 0,
        stderr: '',
        account: { counted: archives.lines, batches: ARCHIVES },
      });
      await expectOnce(target.query, archives.lines);
      const tables = await readTables(target);
      const large = archives.paths.slice(0, LARGE_ARCHIVES);
      for (const path of large) await destroyMiddle(path);
      const second = await ingest(target.environment, archives.paths);
      expect(second).toMatchObject({
        code: 0,
        stderr: '',
        account: { lines: 0, batches: 0, bytes: 0, alreadyCountedBytes: archives.unpackedBytes },
      });
      const states = new Set(second.account?.inputs.map(({ state }) => state));
      expect([...states]).toEqual(['known']);
      expect(await readTables(target)).toEqual(tables);
      if (process.env['LOGTALLY_TEST_ARCHIVES']) reportSeconds(first.stdout, second.stdout);

      // what the proof rests on: with another time they are looked at, and found to be damaged
      for (const path of large) await utimes(path, MODIFIED_AT, MODIFIED_AT + 1);
      const third = await ingest(target.environment, large);
      expect(third).toMatchObject({ code: 3, account: { lines: 0, batches: 0 } });
      expect(await readTables(target)).toEqual(tables);
    },
    60_000 + 200 * ARCHIVES,
  );
});

describe('ingest --verify', () => {
  it('full finds an archive whose middle was changed; heads, the default, does not look at it', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const [packed, stored] = [join(folder, 'packed.gz'), join(folder, 'stored.gz')] as const;
    await writeFile(packed, gzipSync(noisyLines(0, LARGE_LINES)));
    // not compressed: a changed byte makes another line, which the checksum does not fit
    await writeFile(stored, gzipSync(noisyLines(LARGE_LINES, 2 * LARGE_LINES), { level: 0 }));
    for (const path of [packed, stored]) await utimes(path, MODIFIED_AT, MODIFIED_AT);
    const first = await ingest(target.environment, [packed, stored]);
    expect(first).toMatchObject({ code: 0, account: { counted: 2 * LARGE_LINES } });
    const tables = await readTables(target);
    const known = { lines: 0, batches: 0, inputs: [{ state: 'known' }, { state: 'known' }] };
    const whole = await ingest(target.environment, ['--verify', 'full', packed, stored]);
    expect(whole).toMatchObject({ code: 0, stderr: '', account: known });

    await destroyMiddle(packed);
    await changeMiddleByte(stored);
    for (const args of [[], ['--verify', 'heads']]) {
      const answer = await ingest(target.environment, [...args, packed, stored]);
      expect(answer).toMatchObject({ code: 0, stderr: '', account: known });
    }
    for (const path of [packed, stored]) {
      const full = await ingest(target.environment, ['--verify', 'full', path]);
      expect(full).toMatchObject({ code: 3, account: { lines: 0, inputs: [{ state: 'failed' }] } });
      expect(full.stderr).toContain(`'${path}'`);
    }
    expect(await readTables(target)).toEqual(tables);
  });

  it('full counts what is in the archive now as another log, where it is whole', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const path = join(folder, 'access.log.gz');
    const write = async (middle: string) => {
      const parts = [lines(0, LARGE_LINES), middle, lines(LARGE_LINES, 2 * LARGE_LINES)];
      // each is a member of the archive, with a checksum of its own
      await writeFile(path, Buffer.concat(parts.map((part) => gzipSync(part, { level: 0 }))));
      await utimes(path, MODIFIED_AT, MODIFIED_AT);
    };
    await write(line(5000));
    const first = await ingest(target.environment, [path]);
    expect(first).toMatchObject({ code: 0, account: { counted: 2 * LARGE_LINES + 1 } });
    await write(line(6000));
    const heads = await ingest(target.environment, [path]);
    expect(heads).toMatchObject({ code: 0, account: { inputs: [{ state: 'known' }] } });
    const full = await ingest(target.environment, ['--verify', 'full', path]);
    expect(full).toMatchObject({ code: 0, account: { counted: 2 * LARGE_LINES + 1 } });
    const again = await ingest(target.environment, ['--verify', 'full', path]);
    expect(again).toMatchObject({ code: 0, account: { lines: 0, inputs: [{ state: 'known' }] } });
  });

  it('refuses another way', async ({ expect }) => {
    const answer = await ingest({}, ['--verify', 'tails']);
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining('heads, full') });
  });
});

function reportSeconds(...answers: readonly string[]): void {
  const seconds = answers.map((answer) => (JSON.parse(answer) as { readonly seconds: number }).seconds);
  console.info(`${ARCHIVES} archives: first run ${seconds[0]} s, second run ${seconds[1]} s`);
}
