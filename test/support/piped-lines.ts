// Counts what stands in log files without the program, by the words of their lines alone.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A whole line of `combined_ids`, with the number of its request and the two words at its end. */
const LINE = /^127\.0\.0\.1 - - \[[^\]]+\] "GET [^" ]*\?n=(\d+) HTTP\/1\.1" 200 \d+ "-" "-" (\S+) (\S+)$/;

export interface WrittenLines {
  /** All of them, whole or not. */
  readonly lines: number;
  /** How often each request was logged. */
  readonly requests: ReadonlyMap<number, number>;
  /** Hits by type and id: `photo 17`. */
  readonly hits: ReadonlyMap<string, number>;
  /** Those that are no line of a numbered request, such as one whose writer was killed. */
  readonly others: readonly string[];
  readonly longestBytes: number;
}

/** Reads all logs in a folder and the folders in it. */
export function readWritten(folder: string): WrittenLines {
  const requests = new Map<number, number>();
  const hits = new Map<string, number>();
  const others: string[] = [];
  let lines = 0;
  let longestBytes = 0;
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  for (const file of files.filter((name) => name.endsWith('.log'))) {
    for (const line of readFileSync(join(folder, file), 'latin1').split('\n').slice(0, -1)) {
      lines += 1;
      longestBytes = Math.max(longestBytes, line.length + 1);
      const [, request, type, id] = LINE.exec(line) ?? [];
      if (request === undefined) others.push(line);
      else add(requests, Number(request));
      if (request !== undefined && type !== '-') add(hits, `${type} ${id}`);
    }
  }
  return { lines, requests, hits, others, longestBytes };
}

export function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** @returns the keys whose numbers differ, with both */
export function listDifferences(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): readonly string[] {
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].flatMap((key) => {
    const [here = 0, there = 0] = [one.get(key), other.get(key)];
    return here === there ? [] : [`${key}: ${here} and ${there}`];
  });
}
