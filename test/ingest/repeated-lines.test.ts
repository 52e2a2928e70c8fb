// A log that comes through a pipe for a second time is recognised by its lines, however many of them are equal.

import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { MARK_BYTES, NUMBER_BYTES } from '../../src/ingest/identity/known/line-numbers.js';
import {
  createLinesRoom,
  findRepeatedRun,
  MIN_REPEATED_LINES,
} from '../../src/ingest/identity/known/repeated-lines.js';

/** A flood, as a client leaves it that asks for the same again and again within a second. */
const FLOOD_LINES = 300_000;

/** @param lines a number for each line */
function toNumbers(lines: readonly number[]): Buffer {
  const numbers = Buffer.alloc(lines.length * NUMBER_BYTES);
  for (const [at, line] of lines.entries()) numbers.writeUInt32BE(line, at * NUMBER_BYTES + 4);
  return numbers;
}

/** A database that holds what earlier runs have piped, the latest run first. */
function storing(runs: readonly { readonly run: number; readonly lines: readonly number[] }[]): Database {
  const toMarks = (lines: readonly number[]) => {
    const numbers = toNumbers(lines);
    return Buffer.concat(
      lines.map((_, at) => numbers.subarray((at + 1) * NUMBER_BYTES - MARK_BYTES, (at + 1) * NUMBER_BYTES)),
    );
  };
  const rows = runs.map(({ run, lines }) => ({ run_id: run, marks: toMarks(lines).toString('hex') }));
  return { query: async () => ({ rows }) } as unknown as Database;
}

/** What one look leaves in it must not matter to the next one. */
const room = createLinesRoom(FLOOD_LINES + MIN_REPEATED_LINES);

function find(database: Database, lines: readonly number[]): Promise<number | null> {
  return findRepeatedRun(database, toNumbers(lines), { run: 9, room });
}

const DIFFERENT = Array.from({ length: MIN_REPEATED_LINES }, (_, at) => at + 1);

describe('lines of an earlier pipe', () => {
  it('are a log that comes again if many different ones follow each other, and the latest run is named', async () => {
    const runs = [
      { run: 3, lines: DIFFERENT },
      { run: 2, lines: DIFFERENT },
    ];
    expect(await find(storing(runs), [98, ...DIFFERENT, 99])).toBe(3);
    expect(await find(storing(runs), DIFFERENT.slice(1))).toBeNull();
    expect(
      await find(
        storing(runs),
        DIFFERENT.flatMap((line) => [line, 98]),
      ),
    ).toBeNull();
  });

  it('are forgotten before the next lines are looked up', async () => {
    expect(await find(storing([{ run: 2, lines: DIFFERENT }]), DIFFERENT)).toBe(2);
    expect(await find(storing([]), DIFFERENT)).toBeNull();
  });

  it('are looked up in time that grows with their number, where a flood of one line comes again', async () => {
    const flood = Array.from({ length: FLOOD_LINES }, () => 98);
    expect(await find(storing([{ run: 2, lines: [...flood, ...DIFFERENT] }]), flood)).toBeNull();
    expect(await find(storing([{ run: 2, lines: flood.concat(DIFFERENT) }]), flood.concat(DIFFERENT))).toBe(
      2,
    );
  });
});
