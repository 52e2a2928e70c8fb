// What `logtally pipe` promises, held against what Apache has answered, what stands in the files, and what is stored.

import { existsSync, readdirSync } from 'node:fs';
import { add, listDifferences, type WrittenLines } from '../support/piped-lines.js';
import type { LoadResult } from './load.js';
import { getObject } from './requests.js';

/** What a killed writer may have taken from the operating system's pipe: as much as this holds. */
const PIPE_BYTES = 65_536;

/** A line of the load has at least so many bytes. */
const SHORTEST_LINE_BYTES = 90;

/** Requests that are so near to each other were lost together. */
const GAP = 50;

export interface Promised {
  readonly what: string;
  readonly value: string;
  readonly holds: boolean;
}

/** @returns runs of numbers, such as `17-21 (5)` */
function formatGaps(missing: readonly number[]): string {
  const gaps: { from: number; to: number; count: number }[] = [];
  for (const request of missing.toSorted((one, other) => one - other)) {
    const gap = gaps.at(-1);
    // requests are answered at the same time, so some within a gap are there
    if (gap !== undefined && request - gap.to < GAP) {
      gap.to = request;
      gap.count += 1;
    } else gaps.push({ from: request, to: request, count: 1 });
  }
  return gaps.map(({ from, to, count }) => `${from}-${to} (${count})`).join(', ');
}

/** What the database has. */
export interface Stored {
  /** Hits by type and id: `photo 17`. */
  readonly hits: ReadonlyMap<string, number>;
  readonly lines: number;
  /** Null if `verify` passes, else what it has said. */
  readonly verified: string | null;
}

export interface Outcome {
  readonly asked: LoadResult;
  readonly stored: Stored;
  /** How many writers were killed. */
  readonly kills: number;
}

export function judgeFiles({ asked, stored, kills }: Outcome, written: WrittenLines): readonly Promised[] {
  const missing = asked.answered.filter((request) => !written.requests.has(request));
  const known = new Set([...asked.answered, ...asked.broken]);
  const doubled = [...written.requests].filter(([request, times]) => times > 1 || !known.has(request));
  const missingBytes = missing.length * written.longestBytes;
  return [
    ...judgeAnswers(asked),
    {
      what: 'lines in the files are lines counted',
      value: `${written.lines} and ${stored.lines}`,
      holds: written.lines === stored.lines,
    },
    judgeNone('objects whose totals differ from the files', listDifferences(written.hits, stored.hits)),
    judgeNone(
      'requests logged twice, or never asked for',
      doubled.map(([request]) => `${request}`),
    ),
    {
      what: `answered, not in the files, at most ${kills} × 64 KiB`,
      value: `${missing.length} (${missingBytes} bytes at most): ${formatGaps(missing)}`,
      holds: missingBytes <= kills * PIPE_BYTES,
    },
    {
      what: `lines without a number (the first requests) or cut, at most two for each of ${kills} kills`,
      value: `${written.others.length}`,
      holds: written.others.filter((line) => !line.includes('/started')).length <= 2 * kills,
    },
    judgeVerified(stored),
  ];
}

export function judgeNoFiles({ asked, stored, kills }: Outcome, spool: string): readonly Promised[] {
  const answered = countObjects(asked.answered);
  const possible = countObjects([...asked.answered, ...asked.broken]);
  const tooMany = [...stored.hits].flatMap(([object, hits]) =>
    hits > (possible.get(object) ?? 0) ? [object] : [],
  );
  const missing = [...answered].reduce(
    (sum, [object, hits]) => sum + Math.max(0, hits - (stored.hits.get(object) ?? 0)),
    0,
  );
  const left = existsSync(spool) ? readdirSync(spool).filter((name) => !name.endsWith('.lock')) : [];
  return [
    ...judgeAnswers(asked),
    judgeNone('objects with more hits than requests', tooMany),
    {
      what: `hits answered, not counted, at most ${kills} × 64 KiB`,
      value: `${missing} of ${[...answered.values()].reduce((sum, hits) => sum + hits, 0)}`,
      holds: missing <= (kills * PIPE_BYTES) / SHORTEST_LINE_BYTES,
    },
    judgeNone('files left in the spool', left),
    judgeVerified(stored),
  ];
}

function judgeAnswers({ answered, wrong }: LoadResult): readonly Promised[] {
  return [
    {
      what: 'answers have the headers of their object',
      value: `${answered.length - wrong} of ${answered.length}`,
      holds: wrong === 0 && answered.length > 0,
    },
  ];
}

function judgeNone(what: string, found: readonly string[]): Promised {
  const some = found.length === 0 ? '' : ` (${found.slice(0, 3).join('; ')})`;
  return { what, value: `${found.length}${some}`, holds: found.length === 0 };
}

function judgeVerified({ verified }: Stored): Promised {
  return { what: 'verify passes', value: verified ?? 'yes', holds: verified === null };
}

function countObjects(requests: readonly number[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const request of requests) {
    const object = getObject(request);
    if (object !== null) add(counts, object);
  }
  return counts;
}
