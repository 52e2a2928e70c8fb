// The lines of a long pipe do not all fit into memory: the others wait on disk, and are read again to be compared and to be stored.

import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import type { Copy, Database } from '../../src/database/database.js';
import { PipedLines } from '../../src/ingest/identity/known/piped-lines.js';

/** Two parts, and some lines more. */
const LINES = 2 * 2 ** 19 + 1000;

/** Lines of one piece. */
const PIECE_LINES = 1000;

/** A database that knows no lines from earlier pipes, and keeps the rows that it is given. */
class Recorder implements Pick<Database, 'name' | 'query' | 'openCopy'> {
  readonly name = 'a recorder';
  readonly #texts: string[] = [];

  async query() {
    return { rows: [], rowCount: 0, command: 'SELECT' };
  }

  async openCopy(): Promise<Copy> {
    const copy = this.#texts.push('') - 1;
    const writable = new Writable({
      write: (chunk: Buffer, _, done) => {
        this.#texts[copy] += chunk.toString('latin1');
        done();
      },
    });
    return { writable, getRowCount: () => listRows(this.#texts[copy]).length };
  }

  /** The numbers of lines that were stored: bucket and mark. */
  listLines(): readonly string[] {
    return listRows(this.#texts.join('')).flatMap((row) => {
      const [bucket, , , marks = ''] = row.split('\t');
      return (marks.replace('\\\\x', '').match(/.{14}/g) ?? []).map((mark) => `${bucket} ${mark}`);
    });
  }
}

function listRows(text = ''): readonly string[] {
  return text.split('\n').filter((row) => row !== '');
}

/** Takes the lines from one number up to another. */
function take(lines: PipedLines, from: number, end: number): void {
  for (let first = from; first < end; first += PIECE_LINES) {
    const count = Math.min(PIECE_LINES, end - first);
    lines.update(Buffer.from(Array.from({ length: count }, (_, at) => `line ${first + at}\n`).join('')));
  }
}

it('stores each line of a long pipe once, when all of them were compared with earlier ones before', async () => {
  const recorder = new Recorder();
  const database = recorder as unknown as Database;
  const long = new PipedLines('a site');
  take(long, 0, LINES);
  expect(await long.findRepeatedRun(database, 1)).toBeNull();
  await long.write(database, { run: 1, streamId: 1 });
  long.close();

  const short = new Recorder();
  for (let from = 0; from < LINES; from += LINES / 4) {
    const lines = new PipedLines('a site');
    take(lines, from, from + LINES / 4);
    await lines.write(short as unknown as Database, { run: 1, streamId: 1 });
  }
  const stored = recorder.listLines();
  expect(stored).toHaveLength(LINES);
  expect(stored.toSorted()).toEqual(short.listLines().toSorted());
});

it('stores each line again if the transaction that stored them is repeated', async () => {
  const lines = new PipedLines('a site');
  take(lines, 0, 2 ** 19 + 10);
  const recorders = [new Recorder(), new Recorder()];
  for (const recorder of recorders)
    await lines.write(recorder as unknown as Database, { run: 1, streamId: 1 });
  lines.close();
  const [first, second] = recorders.map((recorder) => recorder.listLines());
  expect(first).toHaveLength(2 ** 19 + 10);
  expect(second).toEqual(first);
});
