// An ingest cuts bytes into lines by itself; `parse` and `check` do it in streams. Both must cut the same lines.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineCutter } from '../../src/source/line-cutter.js';
import { createLineStreams, type LineHandler } from '../../src/source/lines.js';
import { countRuns } from '../support/random-runs.js';

const RUNS = countRuns(500);

interface Collected {
  readonly lines: object[];
  readonly handle: LineHandler;
}

function collect(): Collected {
  const lines: object[] = [];
  const handle: LineHandler = (line, position, isTooLong) => {
    lines.push({ line, ...position, isTooLong });
    return undefined;
  };
  return { lines, handle };
}

async function cutInStreams(pieces: readonly Buffer[], maxLineBytes: number): Promise<readonly object[]> {
  const { lines, handle } = collect();
  const { guard, splitter } = createLineStreams(maxLineBytes, handle);
  splitter.resume();
  await pipeline(Readable.from(pieces, { objectMode: false }), guard, splitter);
  return lines;
}

function cutByIngest(pieces: readonly Buffer[], maxLineBytes: number): readonly object[] {
  const { lines, handle } = collect();
  let cutOff = 0;
  const cutter = new LineCutter({
    start: 0,
    maxLineBytes,
    handle: (line, position, isTooLong) => {
      expect(position.bytes, 'what is handed over and what was cut off').toBe(line.length + cutOff);
      cutOff = 0;
      return handle(line, position, isTooLong);
    },
    onCut: (bytes) => {
      cutOff += bytes.length;
    },
    scan: (_, from) => from,
  });
  for (const piece of pieces) cutter.push(piece);
  cutter.finish();
  return lines;
}

const byte = fc.constantFrom(0, 0, 0, 10, 10, 13, 0x20, 0x61, 0xef, 0xbb, 0xbf);
const pieces = fc.array(
  fc.array(byte, { minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 12 },
);

test('an ingest cuts the lines that `parse` and `check` cut, whatever the bytes and the pieces', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 1, max: 6 }), async (cut, maxLineBytes) => {
      expect(cutByIngest(cut, maxLineBytes)).toEqual(await cutInStreams(cut, maxLineBytes));
    }),
    { numRuns: RUNS },
  );
});
