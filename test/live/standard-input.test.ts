import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LogWriter, writeInput } from '../../src/live/live.js';

const MINUTE_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A writer that only remembers what it was asked for. */
function createRecorder(): { writer: LogWriter; calls: string[] } {
  const calls: string[] = [];
  const writer: LogWriter = {
    write: (chunk) => calls.push(chunk.toString()),
    tick: () => calls.push('tick'),
    reopen: () => calls.push('reopen'),
    end: () => calls.push('end'),
    counts: { lines: 0, bytes: 0, droppedLines: 0, droppedBytes: 0, files: 0 },
  };
  return { writer, calls };
}

describe('standard input', () => {
  it('is written up to its end, also if the process was asked to stop before', async () => {
    const input = new PassThrough();
    const { writer, calls } = createRecorder();
    const written = writeInput(input, writer, AbortSignal.abort());
    input.write('first\n');
    await turn();
    input.end('last\n');
    await written;
    expect(calls).toEqual(['first\n', 'last\n', 'end']);
  });

  it('that stays open ends after ten minutes of silence if the process was asked to stop, and never otherwise', async () => {
    const input = new PassThrough();
    const { writer, calls } = createRecorder();
    const stop = new AbortController();
    let isDone = false;
    const written = writeInput(input, writer, stop.signal).then(() => {
      isDone = true;
    });
    vi.advanceTimersByTime(60 * MINUTE_MS);
    stop.abort();
    vi.advanceTimersByTime(9 * MINUTE_MS);
    input.write('late\n');
    await turn();
    vi.advanceTimersByTime(9 * MINUTE_MS);
    await turn();
    expect(isDone).toBe(false);
    expect(calls).not.toContain('end');
    vi.advanceTimersByTime(MINUTE_MS);
    await written;
    expect(calls.at(-1)).toBe('end');
    expect(calls.filter((call) => call === 'tick').length).toBeGreaterThan(4000);
  });

  it('that has ended is not waited for, also if the process is asked to stop only then', async () => {
    const input = new PassThrough();
    const stop = new AbortController();
    const written = writeInput(input, createRecorder().writer, stop.signal);
    input.end('all\n');
    await written;
    stop.abort();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that is a terminal ends at once', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true as const });
    const { writer, calls } = createRecorder();
    const stop = new AbortController();
    const written = writeInput(input, writer, stop.signal);
    stop.abort();
    await written;
    expect(calls).toEqual(['end']);
  });

  it('that cannot be read is told when what was read is written', async () => {
    const input = new PassThrough();
    const { writer, calls } = createRecorder();
    const written = writeInput(input, writer, new AbortController().signal);
    input.write('first\n');
    await turn();
    input.destroy(new Error('EIO: i/o error'));
    await expect(written).rejects.toThrow('standard input cannot be read: EIO: i/o error');
    expect(calls).toEqual(['first\n', 'end']);
  });

  it('that comes line by line is left alone for a moment after each reading, and one that comes fast is not', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const rest = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
    const input = new PassThrough();
    const { writer, calls } = createRecorder();
    const written = writeInput(input, writer, new AbortController().signal);
    const line = 'a line\n';
    const many = line.repeat(10_000);
    const rests: number[] = [];
    for (const text of [line, many, line, many]) {
      now += 1000;
      input.write(text);
      await turn();
      rests.push(rest.mock.calls.length);
    }
    input.end();
    await written;
    vi.restoreAllMocks();
    expect(rests).toEqual([1, 1, 2, 2]);
    expect(calls).toEqual([line, many, line, many, 'end']);
  });

  it('is written to its last byte, also if Node.js takes it for ended before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'logtally-standard-input-'));
    const left = join(folder, 'left');
    await writeFile(left, 'left in the pipe\n');
    const fd = openSync(left, 'r');
    try {
      const input = Object.assign(new Socket(), { fd });
      const { writer, calls } = createRecorder();
      const written = writeInput(input, writer, new AbortController().signal);
      input.push('first\n');
      input.push(null);
      await written;
      expect(calls).toEqual(['first\n', 'left in the pipe\n', 'end']);
    } finally {
      closeSync(fd);
      await rm(folder, { recursive: true });
    }
  });
});
