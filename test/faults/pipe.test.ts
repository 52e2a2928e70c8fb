// The writer behind a web server's pipe as a process: it is stopped and killed, its disk is full, and another one writes beside it.

import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { finishCli, PROJECT_FOLDER, runCli, startCli } from '../support/cli.js';
import { it } from '../support/folder.js';

const LONGEST = 8192;
const run = promisify(execFile);

/** A line that says who wrote it, its number, and its own length; so any damage is seen. */
function makeLine(writer: string, serial: number, longest: number): string {
  const length = (serial * 7919) % longest;
  return `${writer} ${serial} ${length} ${'x'.repeat(length)}\n`;
}

/** The numbers of the whole lines of a writer, in the order of the file; all others are in `damaged`. */
function readLines(path: string): { numbers: Map<string, number[]>; damaged: string[] } {
  const numbers = new Map<string, number[]>();
  const damaged: string[] = [];
  for (const line of readFileSync(path, 'latin1').split(/(?<=\n)/)) {
    const [, writer, serial, length, text] = /^(\w+) (\d+) (\d+) (x*)\n$/.exec(line) ?? [];
    if (writer === undefined || text?.length !== Number(length)) damaged.push(line);
    else {
      const known = numbers.get(writer) ?? [];
      known.push(Number(serial));
      numbers.set(writer, known);
    }
  }
  return { numbers, damaged };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function getInput(child: ChildProcess): Writable {
  if (child.stdin === null) throw new Error('the command was started without pipes');
  return child.stdin;
}

async function give(child: ChildProcess, text: string): Promise<void> {
  const input = getInput(child);
  if (!input.write(text)) await once(input, 'drain');
}

/** Waits until a file has a text: the process has started, and reads. */
async function waitFor(path: string, text: string): Promise<void> {
  while (!existsSync(path) || !readFileSync(path, 'latin1').includes(text)) await sleep(10);
}

function startPipe(...args: string[]): ChildProcess {
  return startCli(['pipe', '--no-count', ...args]);
}

describe('two processes on one file', () => {
  it('tear no line of each other, 100,000 lines each, nor those of a third one of up to 8 KiB', async ({
    folder,
  }) => {
    const path = join(folder, 'access.log');
    const count = 100_000;
    const write = async (writer: string, longest: number) => {
      const child = startPipe(path);
      const finished = finishCli(child);
      for (let serial = 0; serial < count; serial += 50) {
        const lines = Array.from({ length: 50 }, (_, at) => makeLine(writer, serial + at, longest));
        await give(child, lines.join(''));
      }
      getInput(child).end();
      expect(await finished).toEqual({ code: 0, stdout: '', stderr: '' });
    };
    // all of them of up to 8 KiB would be 800 MB
    await Promise.all([write('a', LONGEST / 8), write('b', LONGEST / 16), writeLong(path, 3000)]);
    const { numbers, damaged } = readLines(path);
    expect(damaged).toEqual([]);
    for (const writer of ['a', 'b']) expect(numbers.get(writer)).toEqual(upTo(count));
    expect(numbers.get('long')).toEqual(upTo(3000));
  });

  async function writeLong(path: string, count: number): Promise<void> {
    const child = startPipe(path);
    const finished = finishCli(child);
    for (let serial = 0; serial < count; serial += 1) await give(child, makeLine('long', serial, LONGEST));
    getInput(child).end();
    expect((await finished).code).toBe(0);
  }
});

describe('a killed writer', () => {
  it('leaves whole lines but for its last one, and the next one glues nothing to that', async ({
    folder,
  }) => {
    const path = join(folder, 'access.log');
    for (let kill = 0; kill < 8; kill += 1) {
      const child = startPipe(path);
      const input = getInput(child);
      input.on('error', () => undefined);
      const ended = once(child, 'close');
      let isKilled = false;
      const writer = `w${kill}`;
      for (let serial = 0; !isKilled; serial += 1) {
        if (serial === 1) await waitFor(path, `${writer} 0`);
        if (!input.write(makeLine(writer, serial, LONGEST))) await sleep(1);
        isKilled = serial === 300 + kill * 37;
      }
      child.kill('SIGKILL');
      await ended;
    }
    const last = await runCli(['pipe', '--no-count', path], { input: 'end 0 0 \n' });
    expect(last.code).toBe(0);
    const { numbers, damaged } = readLines(path);
    expect(damaged.length).toBeLessThanOrEqual(8);
    expect(numbers.get('end')).toEqual([0]);
    for (let kill = 0; kill < 8; kill += 1) {
      const written = numbers.get(`w${kill}`) ?? [];
      expect(written.length).toBeGreaterThan(0);
      expect(written).toEqual(upTo(written.length));
      const own = damaged.filter((line) => line.startsWith(`w${kill} `));
      expect(own.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('a killed writer of a spool', () => {
  it('leaves a segment that the next one finishes, and the one beside it does not touch before', async ({
    folder,
  }) => {
    const spool = join(folder, 'spool');
    const args = ['--no-files', '--spool', spool];
    const list = () => (existsSync(spool) ? readdirSync(spool).toSorted() : []);
    const find = (text: string) =>
      list().find((name) => readFileSync(join(spool, name), 'utf8').includes(text)) ?? '';
    const [killed, beside] = [startPipe(...args), startPipe(...args)];
    await give(killed, 'killed 1\n');
    await give(beside, 'beside 1\n');
    while (find('killed 1') === '' || find('beside 1') === '') await sleep(10);
    expect(list().filter((name) => name.endsWith('.open'))).toHaveLength(2);
    const left = find('killed 1');
    killed.kill('SIGKILL');
    await once(killed, 'close');
    expect(list()).toContain(left);
    expect((await runCli(['pipe', '--no-count', ...args], { input: 'next\n' })).code).toBe(0);
    expect(list()).toContain(left.replace('.open', '.log'));
    expect(find('beside 1')).toMatch(/\.open$/);
    const finished = finishCli(beside);
    getInput(beside).end('beside 2\n');
    expect(await finished).toEqual({ code: 0, stdout: '', stderr: '' });
    const texts = list().map((name) => readFileSync(join(spool, name), 'utf8'));
    expect(texts.toSorted()).toEqual(['beside 1\nbeside 2\n', 'killed 1\n', 'next\n']);
    expect(list().filter((name) => name.endsWith('.open'))).toEqual([]);
  });
});

describe('a writer that is asked to stop', () => {
  it('reads up to the end of its input, and ends with 0, however often it is asked', async ({ folder }) => {
    const path = join(folder, 'access.log');
    const child = startPipe(path);
    const finished = finishCli(child);
    await give(child, 'first\n');
    await waitFor(path, 'first');
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGTERM', 'SIGINT'] as const) {
      child.kill(signal);
      await give(child, `behind ${signal}\n`);
      await waitFor(path, `behind ${signal}`);
    }
    getInput(child).end('last\n');
    expect(await finished).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(path, 'utf8')).toMatch(/^first\n(behind SIG\w+\n){5}last\n$/);
  });
});

describe.skipIf(process.platform !== 'linux')('a file that may not grow (ulimit -f)', () => {
  it('takes whole lines, and the number of the others is told', async ({ folder }) => {
    const path = join(folder, 'access.log');
    const input = Array.from({ length: 5000 }, (_, at) => makeLine('a', at, 200)).join('');
    const source = join(folder, 'input');
    await writeFile(source, input);
    const command = `ulimit -f 100; exec '${process.execPath}' '${PROJECT_FOLDER}bin/logtally.js' pipe --no-count '${path}' < '${source}'`;
    const { stderr } = await run('bash', ['-c', command]);
    const { numbers, damaged } = readLines(path);
    const written = numbers.get('a') ?? [];
    expect(written.length).toBeGreaterThan(500);
    expect(written).toEqual(upTo(written.length));
    expect(damaged.length).toBeLessThanOrEqual(1);
    expect(stderr).toContain(`'${path}' cannot be written: EFBIG: file too large; lines are dropped`);
    const dropped = (5000 - written.length).toLocaleString('en');
    expect(stderr).toContain(`${dropped} lines of '${path}' were dropped`);
  });
});

const mayMount = process.getuid?.() === 0 && process.platform === 'linux';

describe.skipIf(!mayMount)('a full disk (needs root on Linux, to mount a small one)', () => {
  let small = '';
  beforeAll(async () => {
    small = await mkdtemp(join(tmpdir(), 'logtally-small-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]);
  });
  afterAll(async () => {
    await run('umount', ['-l', small]);
    await rm(small, { recursive: true });
  });

  it('takes lines that are dropped, tells their number, and glues nothing when there is space again', async ({
    folder,
  }) => {
    const path = join(small, 'access.log');
    const ballast = join(small, 'ballast');
    await writeFile(ballast, Buffer.alloc(100_000));
    const symlink = join(folder, 'current.log');
    const child = startPipe('--symlink', symlink, path);
    const finished = finishCli(child);
    let told = '';
    child.stderr?.on('data', (text) => {
      told += text;
    });
    let serial = 0;
    while (!told.includes('ENOSPC')) {
      await give(child, makeLine('a', serial, 300));
      serial += 1;
      if (serial % 100 === 0) await sleep(1);
    }
    await rm(ballast);
    await give(child, makeLine('b', 0, 300));
    getInput(child).end();
    const { code, stderr } = await finished;
    expect(code).toBe(0);
    const { numbers, damaged } = readLines(path);
    expect(damaged).toEqual([]);
    const written = numbers.get('a') ?? [];
    expect(written.length).toBeGreaterThan(100);
    expect(numbers.get('b')).toEqual([0]);
    const lost = serial - written.length;
    expect(lost).toBeGreaterThan(0);
    expect(stderr).toMatch(
      new RegExp(`\\b${lost.toLocaleString('en')} lines? of '${path}' (was|were) dropped`),
    );
    expect(readlinkSync(symlink)).toBe(path);
  });
});

describe('pipe', () => {
  it('says what is wrong with its command line', async () => {
    for (const [args, told] of [
      [['pipe', '--no-count'], 'no path is given'],
      [['pipe', '--no-count', '/log/%Q.log'], "'%Q' in '/log/%Q.log' is no part of a date"],
      [['pipe', '--no-count', '--mode', '755', '/log'], "--mode: '755' is no mode of a log"],
      [['pipe', '--no-count', '--no-files'], '--no-files needs a --spool'],
      [['pipe', '--no-count', '--no-files', '--spool', 's', 'x'], '--no-files writes no log'],
      [['pipe', '--no-count', '--spool', 's', 'x'], '--spool is for --no-files'],
      [['pipe', '--no-count', '--no-files', '--spool', 's', '--spool-limit', '10'], '--spool-limit'],
    ] as const) {
      const { code, stderr } = await runCli(args);
      expect(code).toBe(2);
      expect(stderr).toContain(told);
    }
    const { code, stderr } = await runCli(['pipe', '--no-count', '/log'], {
      environment: { TZ: 'CET-1CEST' },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("the time zone 'CET-1CEST' is not known");
  });
});
