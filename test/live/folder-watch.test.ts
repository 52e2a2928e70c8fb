import { appendFile, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FolderWatch, MAX_HEARD } from '../../src/live/following/folder-watch.js';

const HOUR_MS = 3_600_000;
/** Seconds since 1970: a time that a folder can be set back to. */
const LONG_AGO = 1;

let folder: string;
/** A folder whose change is told behind all changes of the other one: the system keeps their order. */
let behind: string;
let told: ('name' | 'growth')[] = [];
let watch: FolderWatch;

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'logtally-watch-'));
  folder = join(parent, 'logs');
  behind = join(parent, 'behind');
  for (const path of [folder, behind]) await mkdir(path);
  for (const name of ['one.log', 'two.log']) await writeFile(join(folder, name), '');
  await utimes(folder, LONG_AGO, LONG_AGO);
  // an hour after its names have changed
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR_MS });
  watch = new FolderWatch((isName) => told.push(isName ? 'name' : 'growth'));
  watch.update(new Set([folder, behind]));
  told = [];
  return () => rm(parent, { recursive: true, force: true });
});

afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

/** Grows two logs by turns, so that the system cannot take two changes for one. */
async function grow(lines: number): Promise<void> {
  for (let line = 0; line < lines; line += 1)
    await appendFile(join(folder, line % 2 === 0 ? 'one.log' : 'two.log'), 'a line\n');
}

/** Waits until all that has changed so far was told, and forgets it. @returns what was told of the folder of logs */
async function hearAll(): Promise<readonly string[]> {
  const name = `barrier-${performance.now()}`;
  const before = told.filter((each) => each === 'name').length;
  await writeFile(join(behind, name), '');
  await vi.waitFor(() => expect(told.filter((each) => each === 'name').length).toBeGreaterThan(before));
  return told.splice(0).slice(0, -1);
}

it('tells each growth of a quiet log', async () => {
  await grow(5);
  const heard = await hearAll();
  expect(heard.length).toBeGreaterThanOrEqual(5);
  expect(new Set(heard)).toEqual(new Set(['growth']));
});

it('stops to listen to a busy folder until the next look, which is a change', async () => {
  await grow(20 * MAX_HEARD);
  expect(await hearAll()).toHaveLength(MAX_HEARD);
  watch.update(new Set([folder, behind]));
  expect(told.splice(0)).toEqual(['growth']);
  await grow(1);
  expect(await hearAll()).toContain('growth');
});

it('tells a name that came while it did not listen', async () => {
  await grow(2 * MAX_HEARD);
  await hearAll();
  await writeFile(join(folder, 'three.log'), '');
  expect(await hearAll()).toEqual([]);
  watch.update(new Set([folder, behind]));
  expect(told.splice(0)).toEqual(['name']);
});

it('counts what it hears from look to look', async () => {
  for (let look = 0; look < 3; look += 1) {
    await grow(MAX_HEARD / 4);
    expect((await hearAll()).length).toBeGreaterThanOrEqual(MAX_HEARD / 4);
    watch.update(new Set([folder, behind]));
    expect(told.splice(0)).toEqual([]);
  }
});

it('tells a name that came while it did not listen, also if the time of its names is set back', async () => {
  await grow(2 * MAX_HEARD);
  await hearAll();
  await writeFile(join(folder, 'three.log'), '');
  await utimes(folder, LONG_AGO, LONG_AGO);
  watch.update(new Set([folder, behind]));
  expect(told.splice(0)).toEqual(['name']);
});

it.each([
  ['deleted', () => rm(folder, { recursive: true })],
  ['moved away', () => rename(folder, `${folder}.old`)],
])('listens to the folder that takes the place of one that was %s, whatever its inode', async (_, remove) => {
  await grow(1);
  await hearAll();
  await remove();
  await mkdir(folder);
  expect(await hearAll()).toContain('name');
  watch.update(new Set([folder, behind]));
  told = [];
  await writeFile(join(folder, 'new.log'), 'a line\n');
  expect(await hearAll()).toContain('name');
});
