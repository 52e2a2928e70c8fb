// Which archives are open at the same time.
import { readdirSync, readlinkSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { ArchivesAhead } from '../../src/ingest/groups/archives-ahead.js';
import type { InputRun } from '../../src/ingest/run.js';
import { PIPE_PATIENCE } from '../../src/source/source.js';
import { it } from '../support/folder.js';

const LINE = '203.0.113.9 - - [14/Apr/2026:10:22:31 +0200] "GET / HTTP/1.1" 200 5 "-" "-" photo 7\n';
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Opens archives ahead, of which nothing is known. */
async function openAhead(folder: string) {
  const paths = NAMES.map((name) => join(folder, name));
  for (const [at, path] of paths.entries()) await writeFile(path, gzipSync(LINE.replace('7\n', `${at}\n`)));
  const nothing = { rows: [], rowCount: 0, command: null };
  const database = {
    transaction: (_mode: string, work: () => Promise<unknown>) => work(),
    query: () => Promise.resolve(nothing),
  };
  const run = {
    readSignal: new AbortController().signal,
    settings: { site: 'default', patience: PIPE_PATIENCE },
    archives: { isNewGzip: () => true },
  };
  const ahead = new ArchivesAhead(database as unknown as Database, run as unknown as InputRun, paths);
  const take = (name: string) => ahead.take(join(folder, name));
  return { ahead, take };
}

/** The names of the files of a folder that this process has open, one for each time. */
function listOpen(folder: string): readonly string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((number) => {
      try {
        return readlinkSync(`/proc/self/fd/${number}`);
      } catch {
        // the folder itself was open while it was listed
        return [];
      }
    })
    .filter((path) => path.startsWith(folder))
    .map((path) => basename(path))
    .toSorted();
}

describe('archives that are opened ahead', () => {
  it('are four at a time, and nothing stays open', async ({ folder }) => {
    const { ahead, take } = await openAhead(folder);
    const first = await take('a');
    expect(first.isNew).toBe(true);
    expect(listOpen(folder)).toEqual(['a', 'b', 'c', 'd']);
    await first.input.close();
    const second = await take('b');
    expect(second.isNew).toBe(true);
    expect(listOpen(folder)).toEqual(['b', 'c', 'd']);
    await second.input.close();
    await ahead.close();
    expect(listOpen(folder)).toEqual([]);
  });

  it('are open once, also if one before them could not be opened with them', async ({ folder }) => {
    const { ahead, take } = await openAhead(folder);
    await rename(join(folder, 'b'), join(folder, 'away'));
    const first = await take('a');
    expect(listOpen(folder)).toEqual(['a', 'c', 'd']);
    await expect(take('b')).rejects.toThrow('does not exist');
    await rename(join(folder, 'away'), join(folder, 'b'));
    const second = await take('b');
    expect(listOpen(folder)).toEqual(['a', 'b', 'c', 'd', 'e']);
    for (const { input } of [first, second]) await input.close();
    await ahead.close();
    expect(listOpen(folder)).toEqual([]);
  });
});
