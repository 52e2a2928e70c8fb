// Memory is flat whatever the length of a line is. Buffers lie outside of the heap: what is measured is the process.

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import { finishCli, PROJECT_FOLDER, startCli } from '../support/cli.js';
import { it } from '../support/test.js';

const MEGABYTE = 1024 * 1024;
/** One member of an archive; so many of them, one after the other, are the long line. */
const MEMBER = Buffer.alloc(50 * MEGABYTE, 'x');
const MEMBERS = 8;
/** A line of 400 MB may take so much more than one of 4 MB. */
const TOLERATED_BYTES = 60 * MEGABYTE;

/** Packs by a tool of the system. */
async function packByTool(tool: string, folder: string, bytes: Buffer): Promise<Buffer> {
  const path = join(folder, `${tool}.plain`);
  await writeFile(path, bytes);
  const maxBuffer = 10 * MEGABYTE;
  const { stdout } = await promisify(execFile)(tool, ['-c', '-1', path], { encoding: 'buffer', maxBuffer });
  return stdout;
}

interface Measured {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly peakBytes: number;
}

/** Runs the command, with `pieces` piped in one after the other. */
async function measure(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { folder, pieces }: { readonly folder: string; readonly pieces: readonly Buffer[] },
): Promise<Measured> {
  const peakFile = join(folder, 'peak');
  const child = startCli(args, {
    ...environment,
    NODE_OPTIONS: `--require ${PROJECT_FOLDER}test/support/peak-memory.cjs`,
    PEAK_MEMORY_FILE: peakFile,
  });
  const { stdin } = child;
  stdin?.on('error', () => {});
  const feed = (at: number): void => {
    const piece = pieces[at];
    if (piece === undefined) stdin?.end();
    else stdin?.write(piece, () => feed(at + 1));
  };
  feed(0);
  const result = await finishCli(child);
  return { ...result, peakBytes: Number(await readFile(peakFile, 'utf8')) };
}

/** A short long line, the same for every source: what the command takes anyway. */
const BASELINE = Buffer.concat([Buffer.alloc(4 * MEGABYTE, 'x'), Buffer.from('\n')]);
const LINE_END = Buffer.from('\n');

const TOOLS = ['bzip2', 'xz', 'zstd'] as const;

describe('a line of 400 MB', () => {
  it.for(['a pipe', 'gzip', ...TOOLS] as const)(
    'takes no more memory than one of 4 MB when it is ingested from %s',
    async (source, { openTarget, folder, expect }) => {
      const pack = async (bytes: Buffer) =>
        source === 'a pipe'
          ? bytes
          : source === 'gzip'
            ? gzipSync(bytes, { level: 1 })
            : packByTool(source, folder, bytes);
      const { environment } = await openTarget('postgres');
      const args = ['ingest', '--json', '--rejects', join(folder, 'rejects')];
      const base = await measure(args, environment, { folder, pieces: [await pack(BASELINE)] });
      const member = await pack(MEMBER);
      const end = await pack(LINE_END);
      const pieces = [...Array.from({ length: MEMBERS }, () => member), end];
      const long = await measure(args, environment, { folder, pieces });
      expect(long).toMatchObject({ code: 3, stderr: expect.stringContaining('line too long') });
      expect(long.peakBytes - base.peakBytes).toBeLessThan(TOLERATED_BYTES);
    },
  );

  it.for(['parse', 'check'])(
    'takes no more memory than one of 4 MB in `%s`',
    async (command, { folder, expect }) => {
      const base = await measure([command], {}, { folder, pieces: [BASELINE] });
      const pieces = [...Array.from({ length: MEMBERS }, () => MEMBER), LINE_END];
      const long = await measure([command], {}, { folder, pieces });
      expect(long.code).toBe(3);
      expect(long.peakBytes - base.peakBytes).toBeLessThan(TOLERATED_BYTES);
    },
  );

  it('takes no more memory where `--format auto` holds the first lines back', async ({
    openTarget,
    folder,
    expect,
  }) => {
    const { environment } = await openTarget('postgres');
    const args = ['ingest', '--json', '--format', 'auto'];
    const pieces = Array.from({ length: 40 }, () => [MEMBER.subarray(0, 10 * MEGABYTE), LINE_END]).flat();
    const base = await measure(args, environment, { folder, pieces: [BASELINE] });
    const long = await measure(args, environment, { folder, pieces });
    expect(long.peakBytes - base.peakBytes).toBeLessThan(TOLERATED_BYTES);
  });
});
