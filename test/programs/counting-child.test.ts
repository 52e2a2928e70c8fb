import { type ChildProcess, spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startCounting } from '../../src/live/live.js';

/** A process that ends with its standard input. */
function startReader(): ChildProcess {
  return spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'inherit'] });
}

describe('the process that counts', () => {
  it('is started once more at the end if another writer had the turn until then', async () => {
    let looks = 0;
    const started: ChildProcess[] = [];
    const counting = startCounting({
      start: () => {
        const reader = startReader();
        started.push(reader);
        return reader;
      },
      isOurs: () => {
        looks += 1;
        return looks > 3;
      },
      onEnd: () => undefined,
    });
    await counting.end();
    expect(looks).toBe(4);
    expect(started.map(({ exitCode }) => exitCode)).toEqual([0]);
  });

  it('counts what is there before it ends', async () => {
    const started: ChildProcess[] = [];
    const counting = startCounting({
      start: () => {
        const reader = startReader();
        started.push(reader);
        return reader;
      },
      isOurs: () => true,
      onEnd: () => undefined,
    });
    await counting.end();
    expect(started.map(({ exitCode }) => exitCode)).toEqual([0]);
  });
});
