// What a pipe has delivered can be looked at, put back, kept and read again, in any order: no byte is lost or comes twice.

import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { PIPE_PATIENCE } from '../../src/source/patience.js';
import { RereadableInput } from '../../src/source/rereadable-input.js';
import { countRuns } from '../support/random-runs.js';

const own = Object.getOwnPropertyDescriptor(process, 'stdin');

afterEach(() => {
  if (own !== undefined) Object.defineProperty(process, 'stdin', own);
});

function pipeIn(bytes: Buffer, pieceBytes: number): void {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, at) =>
    bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes),
  );
  const value = Readable.from(pieces, { objectMode: false });
  Object.defineProperty(process, 'stdin', { value, configurable: true });
}

type Step =
  | { readonly do: 'take'; readonly putBack: number }
  | { readonly do: 'peek'; readonly bytes: number }
  | { readonly do: 'keep' | 'rewind' | 'forget' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('take' as const), putBack: fc.nat({ max: 60_000 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('peek' as const), bytes: fc.nat({ max: 300_000 }) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('keep', 'rewind', 'forget') }) },
  ),
  { maxLength: 40, size: 'max' },
);

describe('the content of a pipe', () => {
  it('is delivered byte for byte, however it is looked at and read again', async () => {
    const bytes = Buffer.from(Array.from({ length: 900_000 }, (_, at) => (at * 7 + (at >> 8)) % 256));
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1000, max: 150_000 }), async (program, pieceBytes) => {
        pipeIn(bytes, pieceBytes);
        const content = await RereadableInput.open('-', {
          signal: new AbortController().signal,
          patience: PIPE_PATIENCE,
        });
        try {
          await run(content, program);
        } finally {
          await content.close();
        }
      }),
      { numRuns: countRuns(30) },
    );

    /** `rewind` is only asked for where something was kept. */
    async function run(content: RereadableInput, program: readonly Step[]): Promise<void> {
      let position = 0;
      let keptFrom: number | null = null;
      for (const step of program) {
        if (step.do === 'take') position = await take(content, position, step.putBack);
        else if (step.do === 'peek') {
          const expected = bytes.subarray(position, position + step.bytes);
          expect((await content.peek(step.bytes)).equals(expected)).toBe(true);
        } else if (step.do === 'keep') {
          content.keep();
          keptFrom = position;
        } else if (step.do === 'forget') {
          content.forget();
          keptFrom = null;
        } else if (keptFrom !== null) {
          await content.rewind();
          position = keptFrom;
        }
      }
      while (position < bytes.length) position = await take(content, position, 0);
      expect(await content.next()).toBeNull();
    }

    async function take(content: RereadableInput, position: number, putBack: number): Promise<number> {
      const piece = await content.next();
      if (piece === null) {
        expect(position).toBe(bytes.length);
        return position;
      }
      expect(piece.equals(bytes.subarray(position, position + piece.length))).toBe(true);
      const rest = piece.subarray(Math.max(0, piece.length - putBack));
      content.unread(rest);
      return position + piece.length - rest.length;
    }
  });
});
