import { expect, it } from 'vitest';
import type { CopyPiece } from '../../src/database/copy.js';
import { readAhead } from '../../src/database/read-ahead.js';

const toPiece = (number: number): CopyPiece => ({ target: 't', text: Buffer.from(`${number}`) });

/** Makes pieces of one byte each, and notes how many were asked for. */
function createSource(count: number, error: Error | null = null) {
  const source = { made: 0, isClosed: false };
  async function* make(): AsyncGenerator<CopyPiece> {
    try {
      for (let number = 0; number < count; number += 1) {
        source.made += 1;
        yield toPiece(number);
        await new Promise(setImmediate);
      }
      if (error !== null) throw error;
    } finally {
      source.isClosed = true;
    }
  }
  return { source, pieces: make() };
}

const settle = async () => {
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
};

it('hands on all pieces in their order', async () => {
  const { pieces } = createSource(10);
  const taken: string[] = [];
  for await (const { text } of readAhead(pieces, 3)) {
    if (taken.length % 2 === 0) await settle();
    taken.push(text.toString());
  }
  expect(taken).toEqual([...'0123456789']);
});

it('reads on while a piece is being taken, but no more than the bound and one piece', async () => {
  const { source, pieces } = createSource(10);
  const ahead = readAhead(pieces, 3);
  await ahead.next();
  await settle();
  // one was taken, three may wait, and one more is there when the reader sees that
  expect(source.made).toBe(5);
  await ahead.return(undefined);
});

it('tells an error behind the pieces that came before it', async () => {
  const { pieces } = createSource(2, new Error('the disk is gone'));
  const ahead = readAhead(pieces, 100);
  await settle();
  expect((await ahead.next()).done).toBe(false);
  expect((await ahead.next()).done).toBe(false);
  await expect(ahead.next()).rejects.toThrow('the disk is gone');
});

it('closes its source when nobody takes more, whether it has read ahead or waits', async () => {
  for (const bound of [1, 100]) {
    const { source, pieces } = createSource(10);
    const ahead = readAhead(pieces, bound);
    await ahead.next();
    await ahead.return(undefined);
    expect(source.isClosed).toBe(true);
    expect(source.made).toBeLessThan(10);
  }
});
