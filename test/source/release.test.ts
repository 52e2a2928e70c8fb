// A file is closed only when nobody reads it any more: a read that is still under way would fail where nobody hears of it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, vi } from 'vitest';
import { PIPE_PATIENCE } from '../../src/source/patience.js';
import { RereadableInput } from '../../src/source/rereadable-input.js';
import { it } from '../support/folder.js';

const reads = vi.hoisted(() => ({ underWay: 0, begun: 0 }));

// each read takes a while, as on a machine that has much to do
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const read = (...args: unknown[]) => {
    reads.begun += 1;
    reads.underWay += 1;
    const done = args.pop() as (...results: unknown[]) => void;
    const later = (...results: unknown[]) =>
      setImmediate(() => {
        reads.underWay -= 1;
        done(...results);
      });
    Reflect.apply(fs.read, fs, [...args, later]);
  };
  return { ...fs, read };
});

/** Does not compress: several reads are needed to the end. */
const NOISE = Buffer.from(
  Array.from({ length: 3_000_000 }, (_, at) => (Math.imul(at, 0x9e3779b1) >>> 13) & 0xff),
);

describe.each([
  ['a plain file', NOISE],
  ['an archive', gzipSync(NOISE, { level: 0 })],
])('%s', (_kind, bytes) => {
  it('is not read any more when it has been closed, and when it has been begun anew', async ({ folder }) => {
    const path = join(folder, 'access.log');
    await writeFile(path, bytes);
    const options = { signal: new AbortController().signal, patience: PIPE_PATIENCE };
    const content = await RereadableInput.open(path, options);
    await content.next();
    await content.rewind();
    await content.next();
    const { begun } = reads;
    await content.close();
    expect(reads.underWay).toBe(0);
    expect(begun).toBeGreaterThan(2);
  });
});
