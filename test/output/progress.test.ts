import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { createMessageStream } from '../../src/output/messages.js';
import { startProgressBar } from '../../src/output/progress.js';

const PATIENCE = { timeout: 30_000, interval: 20 } as const;

it('a progress bar says how much time is left when it is known, and nothing before', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 24 });
  let shown = '';
  terminal.on('data', (bytes: Buffer) => {
    shown += bytes.toString();
  });
  const progress = { packedBytes: 0, lines: 0 };
  const bar = startProgressBar(progress, 1000, createMessageStream(terminal as never));
  try {
    await vi.waitFor(() => expect(shown).toContain('0% of 1.0 kB  0 lines'), PATIENCE);
    expect(shown).not.toContain('left');
    Object.assign(progress, { packedBytes: 500, lines: 5 });
    const half = /50% of 1\.0 kB {2}5 lines {2}[\d,]+ lines\/s {2}\d+s left/;
    await vi.waitFor(() => expect(shown).toMatch(half), PATIENCE);
  } finally {
    bar.stop();
  }
});
