/**
 * Finds a log that came through an earlier pipe in the middle of a new one, where only its lines tell that it begins. A few
 * equal lines may be chance, as requests within one second may be alike; many different ones in a row are not.
 */
import type { Database } from '../../../database/database.js';
import { sql } from '../../../database/sql.js';
import { getNumber, getText } from '../../../database/values.js';
import { BUCKETS, MARK_BYTES, NUMBER_BYTES, toBucket } from './line-numbers.js';

/** So many different lines in a row that were counted before are a log that was counted before. */
export const MIN_REPEATED_LINES = 16;

/** Buckets that one query asks for. */
const ASKED_BUCKETS = 64;

/** The last bytes of each number are compared: so many fit into a JavaScript number exactly. */
const KEY_BYTES = 6;

/** Room for what is found out about one part of the lines. All parts use the same: freed room stays in memory for a while. */
export interface LinesRoom {
  /** The run that counted each line before. */
  readonly runs: Int32Array;
  /** The places of the lines, in the order of their buckets. */
  readonly places: Uint32Array;
}

/** @param lines the most lines of a part */
export function createLinesRoom(lines: number): LinesRoom {
  return { runs: new Int32Array(lines), places: new Uint32Array(lines) };
}

/**
 * Looks for a row of lines that other runs have counted from pipes. Call it under the merge lock.
 *
 * @param numbers of the lines
 * @param run the run at hand: its own lines are no repetition
 * @param room what was in it is lost
 * @returns the last run that counted one of them; null if there is no such row
 */
export async function findRepeatedRun(
  database: Database,
  numbers: Buffer,
  { run, room }: { readonly run: number; readonly room: LinesRoom },
): Promise<number | null> {
  const lines = numbers.length / NUMBER_BYTES;
  const runOfLine = room.runs.subarray(0, lines).fill(0);
  for (const [at, indexes] of groupByBuckets(numbers, room.places.subarray(0, lines)).entries()) {
    if (indexes.length === 0) continue;
    const first = at * ASKED_BUCKETS;
    const { rows } = await database.query(sql.selectPipedMarks, [first, first + ASKED_BUCKETS - 1, run]);
    if (rows.length === 0) continue;
    const places = new Map<number, number[]>();
    for (const index of indexes) {
      const key = toKey(numbers, index * NUMBER_BYTES + 2);
      const found = places.get(key);
      if (found === undefined) places.set(key, [index]);
      else found.push(index);
    }
    for (const row of rows) {
      const marks = Buffer.from(getText(row, 'marks'), 'hex');
      const ofRow = getNumber(row, 'run_id');
      for (let mark = 0; mark < marks.length; mark += MARK_BYTES) {
        const key = toKey(marks, mark + 1);
        for (const index of places.get(key) ?? []) runOfLine[index] = ofRow;
        // a flood leaves the same line again and again: the first one of the last run is enough
        places.delete(key);
      }
    }
  }
  return findRow(numbers, runOfLine);
}

/**
 * Sorts the indexes of the lines by the buckets that are asked for together; typed arrays, since there are half a million of them.
 *
 * @param indexes room for them
 */
function groupByBuckets(numbers: Buffer, indexes: Uint32Array): readonly Uint32Array[] {
  const groups = BUCKETS / ASKED_BUCKETS;
  const findGroup = (at: number) => Math.floor(toBucket(numbers, at) / ASKED_BUCKETS);
  const starts = new Uint32Array(groups + 1);
  for (let at = 0; at < numbers.length; at += NUMBER_BYTES) {
    const next = findGroup(at) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let group = 1; group <= groups; group += 1)
    starts[group] = (starts[group] ?? 0) + (starts[group - 1] ?? 0);
  const ends = starts.slice();
  for (let at = 0; at < numbers.length; at += NUMBER_BYTES) {
    const group = findGroup(at);
    const end = ends[group] ?? 0;
    indexes[end] = at / NUMBER_BYTES;
    ends[group] = end + 1;
  }
  return Array.from({ length: groups }, (_, group) => indexes.subarray(starts[group], ends[group]));
}

function toKey(bytes: Buffer, at: number): number {
  return bytes.readUIntBE(at, KEY_BYTES);
}

/** @param runOfLine 0 for a line that no other run has counted */
function findRow(numbers: Buffer, runOfLine: Int32Array): number | null {
  const different = new Set<number>();
  for (let index = 0; index < runOfLine.length; index += 1) {
    const run = runOfLine[index] ?? 0;
    if (run !== 0) different.add(toKey(numbers, index * NUMBER_BYTES + 2));
    // clearing a set allocates, even if it is empty
    else if (different.size > 0) different.clear();
    if (different.size >= MIN_REPEATED_LINES) return run;
  }
  return null;
}
