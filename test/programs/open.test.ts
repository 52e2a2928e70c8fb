import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { open, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { InputError } from '../../src/errors.js';
import type { SourceEnd } from '../../src/source/decompress.js';
import { openSource } from '../../src/source/open.js';
import { readPackedEnds } from '../../src/source/packed-ends.js';
import { it } from '../support/folder.js';
import { PROJECT_FOLDER } from '../support/project-folder.js';

const LOG = Buffer.from(Array.from({ length: 100_000 }, (_, n) => `line ${n}, and a bit more\n`).join(''));
const TOOLS = ['gzip', 'bzip2', 'xz', 'zstd'] as const;

function pack(tool: (typeof TOOLS)[number], bytes: Buffer): Buffer {
  const { stdout, status, error } = spawnSync(tool, ['-c'], { input: bytes, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${tool} is needed to make test data`, { cause: error });
  return stdout;
}

/** Packing takes longer than all that is tested here. */
const PACKED = TOOLS.map((tool) => ({ tool, packed: pack(tool, LOG) }));

async function read(
  path: string,
): Promise<{ text: string; isArchive: boolean; end: SourceEnd; read: number }> {
  const source = await openSource(path);
  const chunks: Buffer[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    chunks.push(chunk);
    done();
  };
  await pipeline(source.stream, new Writable({ write }));
  const text = Buffer.concat(chunks).toString('latin1');
  return { text, isArchive: source.isArchive, end: source.getEnd(), read: source.readPackedBytes() };
}

describe('a file', () => {
  it('is what its first bytes say, whatever its name', async ({ folder }) => {
    const text = LOG.toString('latin1');
    for (const name of ['access.log', 'access.log.gz', 'access.log.xz']) {
      const path = join(folder, name);
      await writeFile(path, LOG);
      const end = { kind: 'complete' };
      expect(await read(path)).toEqual({ text, isArchive: false, end, read: LOG.length });
      for (const { packed } of PACKED) {
        await writeFile(path, packed);
        expect(await read(path)).toEqual({ text, isArchive: true, end, read: packed.length });
      }
    }
  });

  it('with the shortest of contents is read as they are, and is complete', async ({ folder }) => {
    const path = join(folder, 'access.log.gz');
    for (const text of [
      '',
      'B',
      'BZ',
      'P',
      'PK',
      '(',
      '7z',
      '\n',
      '\0',
      'a line\n',
      'BZh9.example.org - -\n',
    ]) {
      await writeFile(path, text);
      const expected = { text, isArchive: false, end: { kind: 'complete' }, read: text.length };
      expect(await read(path), JSON.stringify(text)).toEqual(expected);
    }
  });

  it('that ends before it is clear what it holds is an archive that is cut off', async ({ folder }) => {
    const path = join(folder, 'access.log');
    for (const { tool, packed } of PACKED) {
      for (let bytes = tool === 'bzip2' ? 3 : tool === 'zstd' ? 2 : 1; bytes < 12; bytes += 1) {
        await writeFile(path, packed.subarray(0, bytes));
        const { text, isArchive, end } = await read(path);
        expect({ text, isArchive }, `${bytes} bytes of ${tool}`).toEqual({ text: '', isArchive: true });
        expect(end).toEqual({
          kind: 'cut off',
          message: `'${path}' is cut off: its ${tool} data ends too early`,
        });
      }
    }
  });

  it('can be opened again, and says nothing of its end before it was reached', async ({ folder }) => {
    const path = join(folder, 'access.log');
    await writeFile(path, gzipSync(LOG));
    const first = await openSource(path);
    const second = await openSource(path);
    expect(first.getEnd()).toEqual({ kind: 'cut off', message: `'${path}' was not read to its end` });
    for (const source of [first, second]) {
      expect((await source.stream.toArray()).length).toBeGreaterThan(0);
      expect(source.getEnd()).toEqual({ kind: 'complete' });
    }
  });

  it('that is a zip, 7z or tar archive is refused, and closed', async ({ folder }) => {
    const path = join(folder, 'access.log');
    const tar = Buffer.alloc(10_240);
    tar.write('ustar', 257);
    const archives: [Buffer, string][] = [
      [Buffer.from('PK\x03\x04 and so on'), 'is a zip archive'],
      [Buffer.from('7z\xbc\xaf\x27\x1c and so on', 'latin1'), 'is a 7z archive'],
      [tar, 'is a tar archive'],
      [gzipSync(tar), 'is a tar archive'],
      [gzipSync(gzipSync(LOG)), 'is packed twice: unpacked it is gzip data'],
    ];
    for (const [bytes, message] of archives) {
      await writeFile(path, bytes);
      const error: unknown = await read(path).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ message: `'${path}' ${message}`, exitCode: 1, hint: expect.any(String) });
    }
    await expect.poll(async () => countDescriptors(path)).toBe(0);
  });

  it('that is damaged fails with exit code 3', async ({ folder }) => {
    const path = join(folder, 'x.gz');
    await writeFile(path, Buffer.concat([gzipSync(LOG), Buffer.from('x')]));
    await expect(read(path)).rejects.toMatchObject({
      message: `'${path}' is damaged: trailing bytes after the end of its gzip data; nothing of it is counted`,
      exitCode: 3,
    });
  });
});

/** How often this process has a file open. */
async function countDescriptors(path: string): Promise<number> {
  const script =
    'for (const n of fs.readdirSync(process.argv[2])) try { console.log(fs.readlinkSync(process.argv[2] + n)) } catch {}';
  const folder = `/proc/${process.pid}/fd/`;
  expect((await readdir(folder)).length).toBeGreaterThan(0);
  const { stdout } = spawnSync(process.execPath, ['-e', script, '--', '-', folder], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line === path).length;
}

describe('standard input', { timeout: 180_000 }, () => {
  const SCRIPT = `
    import { text } from 'node:stream/consumers';
    import { openSource } from '${PROJECT_FOLDER}src/source/open.ts';
    const source = await openSource('-');
    const read = await text(source.stream);
    console.log(JSON.stringify({ length: read.length, isArchive: source.isArchive, end: source.getEnd().kind }));
  `;
  const ARGS = ['--import', 'tsx', '--input-type=module', '-e', SCRIPT];

  function pipe(input: Buffer | number): unknown {
    const stdin = typeof input === 'number' ? { stdio: [input, 'pipe', 'pipe'] as const } : { input };
    const { stdout, stderr } = spawnSync(process.execPath, ARGS, {
      ...stdin,
      cwd: PROJECT_FOLDER,
      timeout: 30_000,
    } as object);
    expect(String(stderr)).toBe('');
    return JSON.parse(String(stdout));
  }

  it('is recognised as a file is, be it a pipe or a file', async ({ folder }) => {
    const path = join(folder, 'access.log');
    for (const bytes of [LOG, Buffer.from('short'), Buffer.alloc(0), ...PACKED.map(({ packed }) => packed)]) {
      const isArchive = bytes.length > 5 && bytes !== LOG;
      const expected = { length: isArchive ? LOG.length : bytes.length, isArchive, end: 'complete' };
      expect(pipe(bytes)).toEqual(expected);
      await writeFile(path, bytes);
      const file = openSync(path, 'r');
      expect(pipe(file)).toEqual(expected);
      closeSync(file);
    }
    expect(pipe(pack('xz', LOG).subarray(0, -4))).toMatchObject({ isArchive: true, end: 'cut off' });
  });
});

describe('the packed ends of a file', () => {
  it('are its size, its time and a digest of its first and last 4,096 bytes', async ({ folder }) => {
    const path = join(folder, 'x.gz');
    for (const size of [0, 1, 4095, 4096, 4097, 8191, 8192, 8193, 100_000]) {
      const bytes = LOG.subarray(0, size);
      await writeFile(path, bytes);
      await utimes(path, 1, 1_700_000_000.5);
      const ends = size <= 8192 ? bytes : Buffer.concat([bytes.subarray(0, 4096), bytes.subarray(-4096)]);
      const file = await open(path);
      expect(await readPackedEnds(path, file).finally(() => file.close())).toEqual({
        packedBytes: size,
        modifiedAt: '1700000000500000000',
        endsSha256: createHash('sha256').update(ends).digest(),
      });
    }
  });
});
