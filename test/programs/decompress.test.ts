import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../src/errors.js';
import { type SourceEnd, unpack } from '../../src/source/decompress.js';
import type { Compression } from '../../src/source/packing.js';

const COMPRESSIONS = ['gzip', 'bzip2', 'xz', 'zstd'] as const;
const TOOLS = ['bzip2', 'xz', 'zstd'] as const;

/** Over 3 MiB of lines that differ, so that every format writes several blocks. */
const LOG = Buffer.from(
  Array.from(
    { length: 60_000 },
    (_, n) => `${(n * 2_654_435_761) % 4_294_967_296} GET /p/${n} HTTP/1.1" 200 ${n % 977}\n`,
  ).join(''),
);

function pack(compression: Compression, bytes: Buffer): Buffer {
  const { stdout, status, error } = spawnSync(compression, ['-c'], { input: bytes, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${compression} is needed to make test data`, { cause: error });
  return stdout;
}

const PACKED = Object.fromEntries(COMPRESSIONS.map((name) => [name, pack(name, LOG)]));

function getPacked(compression: Compression): Buffer {
  const bytes = PACKED[compression];
  if (bytes === undefined) throw new Error(`nothing is packed by ${compression}`);
  return bytes;
}

function split(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
}

function flip(bytes: Buffer, at: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
  return flipped;
}

interface Unpacked {
  readonly bytes: Buffer;
  readonly error: unknown;
  readonly end: SourceEnd;
}

async function read(compression: Compression, packed: Buffer, size = 65_536): Promise<Unpacked> {
  const input = Readable.from(split(packed, size), { objectMode: false });
  const { stream, getEnd } = unpack(input, compression, { name: "'x'", packedBytes: 0 });
  const chunks: Buffer[] = [];
  let error: unknown = null;
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (caught) {
    error = caught;
  }
  return { bytes: Buffer.concat(chunks), error, end: getEnd() };
}

async function expectWhole(
  compression: Compression,
  packed: Buffer,
  expected: Buffer,
  size?: number,
): Promise<void> {
  const { bytes, error, end } = await read(compression, packed, size);
  expect(error).toBe(null);
  expect(end).toEqual({ kind: 'complete' });
  expect(bytes.equals(expected)).toBe(true);
}

async function expectCutOff(compression: Compression, packed: Buffer, whole: Buffer): Promise<Buffer> {
  const { bytes, error, end } = await read(compression, packed);
  expect(error).toBe(null);
  expect(end).toEqual({ kind: 'cut off', message: `'x' is cut off: its ${compression} data ends too early` });
  expect(whole.subarray(0, bytes.length).equals(bytes)).toBe(true);
  return bytes;
}

async function expectDamaged(
  compression: Compression,
  packed: Buffer,
  reason: RegExp = /./,
  size?: number,
): Promise<void> {
  const { error, end } = await read(compression, packed, size);
  expect(error).toBeInstanceOf(InputError);
  expect(error).toMatchObject({ exitCode: 3, hint: expect.stringContaining(`${compression} -t`) });
  expect(String(error)).toMatch(/'x' is damaged: .+; nothing of it is counted$/);
  expect(String(error)).toMatch(reason);
  expect(end).toEqual({ kind: 'damaged', message: expect.stringMatching(/^'x' is damaged: /) });
}

describe.each(COMPRESSIONS)('%s data', { timeout: 60_000 }, (compression) => {
  const packed = getPacked(compression);

  it('is unpacked whole', () => expectWhole(compression, packed, LOG));

  it('is unpacked whole where it is the packed form of nothing', () =>
    expectWhole(compression, pack(compression, Buffer.alloc(0)), Buffer.alloc(0)));

  it('is unpacked whole where several follow each other, wherever they are cut into chunks', async () => {
    const small = Buffer.from('a line\nand another one\n'.repeat(20));
    const three = [small, Buffer.alloc(0), small].map((bytes) => pack(compression, bytes));
    const expected = Buffer.concat([small, small]);
    for (const size of [1, 2, 3, 7, 4096])
      await expectWhole(compression, Buffer.concat(three), expected, size);
    await expectWhole(compression, Buffer.concat([packed, packed]), Buffer.concat([LOG, LOG]));
  });

  it('that is cut off in its header ends, and says so', async () => {
    for (const bytes of [8, 9, 11])
      expect(await expectCutOff(compression, packed.subarray(0, bytes), LOG)).toHaveLength(0);
  });

  it('that is cut off in the middle hands on what could be unpacked, and says so', async () => {
    const unpacked = await expectCutOff(compression, packed.subarray(0, packed.length * 0.9), LOG);
    expect(unpacked.length).toBeGreaterThan(LOG.length / 2);
  });

  it('that is cut off in its last bytes hands on what could be unpacked, and says so', async () => {
    for (const missing of [1, 3, 4, 7, 8, 9]) {
      const unpacked = await expectCutOff(compression, packed.subarray(0, -missing), LOG);
      expect(unpacked.length, `${missing} missing`).toBeGreaterThan(LOG.length / 2);
    }
  });

  it('that is cut off in the second of two hands on the first, and says so', async () => {
    for (const bytes of [1, 2, 3, 5, 20]) {
      const cut = Buffer.concat([packed, packed.subarray(0, bytes)]);
      const unpacked = await expectCutOff(compression, cut, Buffer.concat([LOG, LOG]));
      expect(unpacked.length, `${bytes} bytes of the second`).toBeGreaterThanOrEqual(LOG.length);
    }
  });

  it('with a flipped bit in its contents or its checksum is damaged', async () => {
    const last = compression === 'gzip' || compression === 'xz' ? 6 : 2;
    for (const at of [packed.length >> 1, packed.length - last])
      await expectDamaged(compression, flip(packed, at));
  });

  it('with trailing bytes is damaged', async () => {
    for (const junk of ['no such member\n', '\0\0\0\0junk and more junk', 'GET / HTTP/1.1']) {
      for (const size of [packed.length, 4096]) {
        const { error, end } = await read(compression, Buffer.concat([packed, Buffer.from(junk)]), size);
        expect(error).toMatchObject({ exitCode: 3 });
        expect(end.kind).toBe('damaged');
      }
    }
  });

  it('that is packed twice, or holds a tar or zip archive, is refused', async () => {
    const tar = Buffer.alloc(1024);
    tar.write('ustar', 257);
    const inners: [Buffer, string][] = [
      ...COMPRESSIONS.map((inner): [Buffer, string] => [
        getPacked(inner),
        `packed twice: unpacked it is ${inner} data`,
      ]),
      [tar, 'a tar archive'],
      [Buffer.from('PK\x03\x04'.padEnd(100)), 'a zip archive'],
    ];
    for (const [inner, message] of inners) {
      const { error, bytes } = await read(compression, pack(compression, inner));
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ exitCode: 1, message: expect.stringContaining(`'x' is ${message}`) });
      expect(bytes).toHaveLength(0);
    }
  });

  it('fails as its file fails', async () => {
    const failing = Readable.from(
      (function* () {
        yield packed.subarray(0, 100_000);
        throw Object.assign(new Error('i/o error'), { code: 'EIO' });
      })(),
      { objectMode: false },
    );
    const { stream, getEnd } = unpack(failing, compression, { name: "'x'", packedBytes: 0 });
    await expect(stream.resume().toArray()).rejects.toMatchObject({ code: 'EIO' });
    expect(getEnd()).toEqual({ kind: 'cut off', message: "'x' was not read to its end" });
  });

  it('stops being read when nobody wants it any more, even if it waits for more', async () => {
    const silent = new Readable({ read: () => undefined });
    silent.push(packed.subarray(0, 50));
    const { stream } = unpack(silent, compression, { name: "'x'", packedBytes: 0 });
    stream.resume();
    const children = compression === 'gzip' ? 0 : 1;
    await vi.waitFor(() => expect(listChildren()).toHaveLength(children), 5000);
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.destroy();
    await closed;
    expect(silent.destroyed).toBe(true);
    await vi.waitFor(() => expect(listChildren()).toEqual([]), 5000);
  });
});

/** The command lines of this process's children that unpack. */
function listChildren(): string[] {
  const { stdout } = spawnSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => TOOLS.some((tool) => line.startsWith(`${tool} -dc`)));
}

describe('gzip data', { timeout: 60_000 }, () => {
  const packed = getPacked('gzip');

  it('may be padded with zero bytes', async () => {
    for (const bytes of [1, 2, 512, 300_000]) {
      await expectWhole('gzip', Buffer.concat([packed, Buffer.alloc(bytes)]), LOG);
    }
  });

  it('is damaged where anything follows, be it one byte, after padding or in a chunk of its own', async () => {
    for (const junk of ['j', '\n', '\0j', '\0\x1f\x8b', '\x1fj', `${'\0'.repeat(70_000)}j`]) {
      for (const size of [packed.length, 65_536]) {
        const whole = Buffer.concat([packed, Buffer.from(junk, 'latin1')]);
        await expectDamaged('gzip', whole, /trailing bytes after the end of its gzip data/, size);
      }
    }
  });

  it('is cut off wherever it is cut, and never yields a byte that was not there', async () => {
    const small = Buffer.from('a line\nand another one\n'.repeat(20));
    const whole = Buffer.concat([gzipSync(small), gzipSync(small)]);
    const expected = Buffer.concat([small, small]);
    for (let bytes = 1; bytes < whole.length; bytes += 1) {
      if (bytes !== gzipSync(small).length) await expectCutOff('gzip', whole.subarray(0, bytes), expected);
    }
  });

  it('is damaged by each flipped bit of its checksum and its length', async () => {
    for (let at = packed.length - 8; at < packed.length; at += 1) {
      await expectDamaged('gzip', flip(packed, at), at < packed.length - 4 ? /data check/ : /length check/);
    }
  });

  it('may have a file name, a comment, an extra field and a checksum in its header', async () => {
    const plain = gzipSync('a line\n');
    const header = Buffer.concat([
      plain.subarray(0, 10),
      Buffer.from('\x03\x00abcname\0comment\0\x12\x34', 'latin1'),
    ]);
    header.writeUInt8(0x1e, 3);
    const whole = Buffer.concat([header, plain.subarray(10)]);
    for (const size of [1, 5, 100]) await expectWhole('gzip', whole, Buffer.from('a line\n'), size);
    for (let bytes = 1; bytes < header.length; bytes += 1) {
      await expectCutOff('gzip', whole.subarray(0, bytes), Buffer.alloc(0));
    }
  });

  it('may have ten thousand members', async () => {
    const members = Array<Buffer>(10_000).fill(gzipSync('a line\n'));
    await expectWhole('gzip', Buffer.concat(members), Buffer.from('a line\n'.repeat(10_000)));
  });
});

describe.each([
  ['bzip2', 'bzip2'],
  ['xz', 'xz-utils'],
  ['zstd', 'zstd'],
] as const)('without %s', (tool, debianPackage) => {
  afterEach(() => vi.unstubAllEnvs());

  it(`the message names the package ${debianPackage}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'logtally-test-'));
    vi.stubEnv('PATH', folder);
    const { error, bytes } = await read(tool, getPacked(tool));
    await rm(folder, { recursive: true });
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      exitCode: 1,
      message: `'x' is ${tool} data, and ${tool} is not installed`,
      hint: expect.stringMatching(new RegExp(` ${debianPackage}$`)),
    });
    expect(bytes).toHaveLength(0);
  });

  it('is not led astray by its own variables and by the language', async () => {
    for (const name of ['XZ_OPT', 'XZ_DEFAULTS', 'BZIP2', 'BZIP']) vi.stubEnv(name, '-q -t');
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    await expectWhole(tool, getPacked(tool), LOG);
    await expectCutOff(tool, getPacked(tool).subarray(0, -20), LOG);
  });
});
