import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { openFile, openFileAt, openSource } from '../../src/source/open.js';
import { it } from '../support/folder.js';

const KIBIBYTE = 1024;

describe('a large file', () => {
  it('is read a little ahead until more is asked for, and then as it is, in larger pieces', async ({
    folder,
  }) => {
    const path = join(folder, 'log');
    const content = randomBytes(5_000_001);
    await writeFile(path, content);
    const file = await openFile(path);
    try {
      const source = await openSource(path, file);
      // what looks at the beginning of a log, as follow does at each commit, leaves the rest alone
      await sleep(50);
      expect(source.readPackedBytes()).toBe((16 + 32) * KIBIBYTE);
      const pieces: Buffer[] = [];
      for await (const piece of source.stream) pieces.push(piece as Buffer);
      expect(Buffer.concat(pieces).equals(content)).toBe(true);
      expect(pieces.slice(0, 7).map(({ length }) => length / KIBIBYTE)).toEqual([
        48, 64, 128, 256, 512, 1024, 1024,
      ]);
      await source.release();

      const rest = openFileAt(path, file, 4_999_990);
      const last: Buffer[] = [];
      for await (const piece of rest.stream) last.push(piece as Buffer);
      expect(Buffer.concat(last).equals(content.subarray(4_999_990))).toBe(true);
      expect(rest.readPackedBytes()).toBe(5_000_001);
      await rest.release();
    } finally {
      await file.close();
    }
  });
});
