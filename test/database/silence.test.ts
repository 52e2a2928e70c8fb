// A pipe that falls silent: what it has delivered is committed, and the log goes on when it goes on.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, vi } from 'vitest';
import { connectPostgres } from '../../src/database/postgres.js';
import { ingest } from '../../src/ingest/ingest.js';
import { resolveFormatChoice } from '../../src/parse/choice/format-choice.js';
import { DEFAULT_FORMAT_OPTIONS } from '../../src/parse/presets/formats.js';
import type { Patience } from '../../src/source/patience.js';
import { createIngestSettings } from '../support/ingest-settings.js';
import { expectOnce, line, lines } from '../support/logs.js';
import { it } from '../support/test.js';

const own = Object.getOwnPropertyDescriptor(process, 'stdin');

afterEach(() => {
  if (own !== undefined) Object.defineProperty(process, 'stdin', own);
});

/** @param pieces texts in their order; a number is a silence of so many milliseconds */
async function pipe(
  url: string,
  pieces: readonly (string | number)[],
  patience: Patience,
  { format = 'combined_ids', onChosen = () => undefined }: { format?: string; onChosen?: () => void } = {},
) {
  async function* deliver() {
    for (const piece of pieces) {
      if (typeof piece === 'number') await sleep(piece);
      else yield Buffer.from(piece, 'latin1');
    }
  }
  const value = Readable.from(deliver(), { objectMode: false });
  Object.defineProperty(process, 'stdin', { value, configurable: true });
  const database = await connectPostgres(url, 60);
  try {
    const choice = resolveFormatChoice(format, DEFAULT_FORMAT_OPTIONS, onChosen);
    const settings = createIngestSettings(['-'], { patience, choice });
    return await ingest(database, settings, {
      progress: { packedBytes: 0, lines: 0 },
      signal: new AbortController().signal,
      version: 'test',
    });
  } finally {
    await database.close();
  }
}

const SILENCE = 400;
const IMPATIENT: Patience = { silenceMs: 100, batchMs: 600_000 };

describe('a pipe that falls silent', () => {
  it('within a line is committed up to the line before, and goes on with the rest of it', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const url = target.environment['DATABASE_URL'] ?? '';
    const text = lines(0, 300);
    const [first, second] = [text.slice(0, 30_050), text.slice(30_050)];
    const result = await pipe(url, [first, SILENCE, second.slice(0, 7), SILENCE, second.slice(7)], IMPATIENT);
    expect(result).toMatchObject({
      exitCode: 0,
      account: { lines: 300, counted: 300, batches: 2, alreadyCountedBytes: 0, bytes: text.length },
      inputs: [{ state: 'counted', account: { unfinishedBytes: 0 } }],
    });
    await expectOnce(target.query, 300);
    // it is one log: piped again, or grown, only what is new counts
    const again = await pipe(url, [text + lines(300, 310)], IMPATIENT);
    expect(again).toMatchObject({ account: { counted: 10, alreadyCountedBytes: text.length } });
    await expectOnce(target.query, 310);
  });

  it('again and again is committed as often as something came', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const url = target.environment['DATABASE_URL'] ?? '';
    const pieces = [0, 1, 2].flatMap((at) => [lines(at * 30, at * 30 + 30), SILENCE]);
    expect(await pipe(url, [...pieces, 'the line that is left'], IMPATIENT)).toMatchObject({
      account: { counted: 90, batches: 3 },
      inputs: [{ account: { unfinishedBytes: 21 } }],
    });
    await expectOnce(target.query, 90);
  });

  it('and trickles is committed when its batch is old enough', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const url = target.environment['DATABASE_URL'] ?? '';
    const pieces = Array.from({ length: 12 }, (_, at) => [lines(at * 30, at * 30 + 30), 100]).flat();
    const result = await pipe(url, pieces, { silenceMs: 60_000, batchMs: 300 });
    expect(result.account.batches).toBeGreaterThan(1);
    await expectOnce(target.query, 360);
  });

  it('after a few lines is committed, and is the same log when it goes on, and as a file that has grown', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const url = target.environment['DATABASE_URL'] ?? '';
    const pieces = [0, 1, 3].flatMap((from, at) => [lines(from, from + at + 1), SILENCE]);
    const result = await pipe(url, [...pieces, lines(6, 40)], IMPATIENT);
    expect(result.account.batches).toBeGreaterThan(1);
    expect(result).toMatchObject({ account: { counted: 40, alreadyCountedBytes: 0 } });
    await expectOnce(target.query, 40);
    const path = join(folder, 'access.log');
    await writeFile(path, lines(0, 50));
    const grown = await target.run(['ingest', '--json', path]);
    expect(JSON.parse(grown.stdout)).toMatchObject({ counted: 10, alreadyCountedBytes: lines(0, 40).length });
    await expectOnce(target.query, 50);
    expect(await target.query('select count(*)::int as logs from logtally.log_stream')).toEqual([
      { logs: 1 },
    ]);
  });

  it('after a single line, or two empty ones, is known again when the whole is piped', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const url = target.environment['DATABASE_URL'] ?? '';
    for (const [at, beginning] of [lines(0, 1), `\n\n${lines(1, 2)}`].entries()) {
      const first = beginning.slice(0, at === 0 ? undefined : 2);
      // an empty line may yet become the beginning of a known log
      expect(await pipe(url, [first, SILENCE], IMPATIENT)).toMatchObject({ account: { batches: at + 1 } });
      await pipe(url, [beginning], IMPATIENT);
    }
    await expectOnce(target.query, 2, 2);
  });

  it('and is compressed is not taken for cut off', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const url = target.environment['DATABASE_URL'] ?? '';
    const packed = [lines(0, 100), lines(100, 200)].map((text) => gzipSync(text).toString('latin1'));
    const result = await pipe(url, [packed[0] ?? '', SILENCE, packed[1] ?? ''], IMPATIENT);
    expect(result).toMatchObject({ exitCode: 0, account: { counted: 200 } });
    expect(await pipe(url, packed, IMPATIENT)).toMatchObject({ exitCode: 0, account: { counted: 0 } });
    await expectOnce(target.query, 200);
  });

  it('is read in the format that its first lines are in, when it goes on with fewer', async ({
    openTarget,
    expect,
  }) => {
    const target = await openTarget('postgres');
    const url = target.environment['DATABASE_URL'] ?? '';
    const onChosen = vi.fn();
    const alone = line(30).replace(' 7 30\n', '\n');
    const pieces = [lines(0, 20), SILENCE, alone, SILENCE, lines(20, 21)];
    const result = await pipe(url, pieces, IMPATIENT, { format: 'auto', onChosen });
    expect(result.account.batches).toBeGreaterThan(1);
    expect(result).toMatchObject({ account: { counted: 21, unattributed: 1, rejected: 0 } });
    // and said once
    expect(onChosen).toHaveBeenCalledTimes(1);
  });

  it('is waited for where its line is too long to be kept', async ({ openTarget, expect }) => {
    const target = await openTarget('postgres');
    const url = target.environment['DATABASE_URL'] ?? '';
    const long = 'x'.repeat(2_000_000);
    const pieces = [lines(0, 30), long, SILENCE, `${long}\n`, SILENCE, lines(30, 40)];
    const result = await pipe(url, pieces, IMPATIENT);
    expect(result).toMatchObject({ exitCode: 0, account: { lines: 41, counted: 40, rejected: 1 } });
  });
});
