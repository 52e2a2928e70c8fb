import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createMessageStream } from '../../src/output/messages.js';
import { REFRESH_MS, startProgressBar } from '../../src/output/progress.js';

it('a progress bar says how much time is left when it is known, and nothing before', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 24 });
  const shown = () => String(terminal.read() ?? '');
  const progress = { packedBytes: 0, lines: 0 };
  const bar = startProgressBar(progress, 1000, createMessageStream(terminal as never));
  try {
    await sleep(REFRESH_MS * 3);
    const before = shown();
    expect(before).toContain('0% of 1.0 kB  0 lines');
    expect(before).not.toContain('left');
    Object.assign(progress, { packedBytes: 500, lines: 5 });
    await sleep(REFRESH_MS * 3);
    expect(shown()).toMatch(/50% of 1\.0 kB {2}5 lines {2}[\d,]+ lines\/s {2}\d+s left/);
  } finally {
    bar.stop();
  }
});
