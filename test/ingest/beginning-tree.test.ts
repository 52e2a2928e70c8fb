import { describe, expect, it } from 'vitest';
import { type Beginning, BeginningTree, digest } from '../../src/ingest/identity/known/beginning-tree.js';

const HEADER = 'x'.repeat(200);

/** A log whose digests are at 64, 128 and so on. */
function describeLog(streamId: number, content: string, isPiped = false): Beginning {
  const bytes = Buffer.from(content);
  const ends = [64, 128, 256, 512, 1024, 2048, 4096].filter((end) => end <= bytes.length);
  return {
    streamId,
    prefixMark: 1,
    isPiped,
    ends,
    digests: ends.map((end) => digest(bytes.subarray(0, end))),
  };
}

function createTree(logs: readonly Beginning[]): BeginningTree {
  const tree = new BeginningTree(128);
  for (const log of logs) tree.add(log);
  return tree;
}

function list(found: readonly Beginning[]): readonly number[] {
  return found.map(({ streamId }) => streamId).toSorted((a, b) => a - b);
}

const toContent = (streamId: number) => `${HEADER}log ${streamId} ${'y'.repeat(400)}`;

describe('logs with the same header', () => {
  const logs = Array.from({ length: 1000 }, (_, streamId) => describeLog(streamId, toContent(streamId)));

  it('are found one by one, however many there are', () => {
    const tree = createTree(logs);
    expect(list(tree.find(Buffer.from(toContent(7))))).toEqual([7]);
    expect(list(tree.find(Buffer.from(`${HEADER}log of nobody${toContent(7)}`)))).toEqual([]);
  });

  it('are all found by bytes that do not tell them apart', () => {
    expect(createTree(logs).find(Buffer.from(HEADER))).toHaveLength(1000);
  });

  it('are found when they have grown beyond it', () => {
    const tree = createTree([...logs, describeLog(1000, HEADER)]);
    expect(list(tree.find(Buffer.from(toContent(7))))).toEqual([7, 1000]);
    tree.add(describeLog(1000, toContent(1000)));
    expect(list(tree.find(Buffer.from(toContent(7))))).toEqual([7]);
    expect(list(tree.find(Buffer.from(toContent(1000))))).toEqual([1000]);
  });

  it('are found even so, if they came from a pipe: the first line is enough', () => {
    const tree = createTree([...logs, describeLog(1000, toContent(1000), true)]);
    expect(list(tree.find(Buffer.from(toContent(7))))).toEqual([7, 1000]);
  });
});
