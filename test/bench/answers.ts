// The fourth part: a month of hits, and how long a person waits for an answer about them. Each command is a process of its own.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { generateLog } from '../../fixtures/generate.js';
import { dropDatabase, queryOnce } from '../support/database-server.js';
import type { PostgresServer } from '../support/postgres.js';
import { PROGRAM, runLogtally } from './contenders.js';
import { measureCommand, type Spread, toSpread } from './measure.js';
import type { BenchOptions } from './options.js';
import type { Promised } from './promises.js';

export interface AnswerResult {
  /** Its arguments. */
  readonly command: string;
  readonly seconds: Spread;
  /** What it printed. */
  readonly bytes: number;
}

export interface Answers {
  readonly hits: number;
  readonly objects: number;
  readonly contentTypes: number;
  readonly runs: number;
  readonly results: readonly AnswerResult[];
  readonly promises: readonly Promised[];
}

const HITS = 2_000_000;
const OBJECTS = 50_000;
const CONTENT_TYPES = 5;
const MOST_SECONDS = 2;
const MONTH = ['--since', '2026-03-01', '--until', '2026-03-31'];
const SECOND_HALF = ['--since', '2026-03-17', '--until', '2026-03-31'];

/** Talks on stderr meanwhile. */
export async function measureAnswers(server: PostgresServer, { runs }: BenchOptions): Promise<Answers> {
  const databaseUrl = await server.createDatabase();
  try {
    console.error(`streaming a month of ${HITS} hits ...`);
    await ingestMonth(databaseUrl);
    await queryOnce(databaseUrl, 'vacuum (analyze)');
    const results: AnswerResult[] = [];
    for (const args of await listCommands(databaseUrl)) {
      const measured = [];
      for (let run = 0; run < runs; run += 1) measured.push(await runLogtally(args, databaseUrl));
      const seconds = toSpread(measured.map(({ measurement }) => measurement.seconds));
      const bytes = Buffer.byteLength(measured[0]?.output ?? '');
      results.push({ command: args.join(' '), seconds, bytes });
      console.error(`${args.join(' ')}: ${seconds.median.toFixed(2)} s`);
    }
    const [counted] = await queryOnce(
      databaseUrl,
      `select count(*)::int as objects, sum(hit_count)::int as hits, count(distinct content_type_id)::int as types
       from logtally.object_hits`,
    );
    return {
      hits: Number(counted?.['hits']),
      objects: Number(counted?.['objects']),
      contentTypes: Number(counted?.['types']),
      ...{ runs, results, promises: judgeAnswers(results) },
    };
  } finally {
    await dropDatabase(server.url, databaseUrl);
  }
}

async function ingestMonth(databaseUrl: string): Promise<void> {
  const month = { lines: HITS, objects: OBJECTS, types: CONTENT_TYPES, firstDay: '2026-03-01', days: 31 };
  const log = generateLog({ ...month, seed: 6, skew: 0.7 });
  await measureCommand({
    program: process.execPath,
    args: [PROGRAM, 'ingest', '-'],
    environment: { DATABASE_URL: databaseUrl },
    feed: (stdin) => pipeline(Readable.from(log), stdin),
  });
}

async function listCommands(databaseUrl: string): Promise<readonly (readonly string[])[]> {
  const [first] = await queryOnce(
    databaseUrl,
    'select content_type, object_id from logtally.object_ranking order by hit_count desc limit 1',
  );
  return [
    ['top'],
    ['top', ...MONTH],
    ['top', '--compare', ...SECOND_HALF],
    ['top', '--sort', 'rising', ...SECOND_HALF],
    ['show', String(first?.['content_type']), String(first?.['object_id'])],
    ['report', '--output', '-'],
    ['report', ...MONTH, '--output', '-'],
    ['report', ...SECOND_HALF, '--output', '-'],
  ];
}

function judgeAnswers(results: readonly AnswerResult[]): readonly Promised[] {
  return findSlowest({ results }).map(([name, seconds]) => ({
    promise: `${name} answers about a month of ${HITS} hits within ${MOST_SECONDS} s`,
    found: `${seconds.toFixed(2)} s`,
    holds: seconds < MOST_SECONDS,
  }));
}

/** Of each command the median, in seconds, of the question that took longest. */
export function findSlowest({ results }: Pick<Answers, 'results'>): readonly (readonly [string, number])[] {
  const slowest = new Map<string, number>();
  for (const { command, seconds } of results) {
    const name = command.split(' ')[0] ?? '';
    slowest.set(name, Math.max(slowest.get(name) ?? 0, seconds.median));
  }
  return [...slowest];
}
