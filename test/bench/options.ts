// The command line of the benchmark.

import { parseArgs } from 'node:util';
import { TABLE_LINES } from './workloads.js';

export const USAGE = `npm run bench -- [options]

Without --growth, --memory, --answers, --periods or --all it lets the contenders run. Exit status 1: a promise is broken.
  --lines <count>           lines of the first log (1,000,000); the others follow it; fewer are not judged
  --runs <count>            runs of each contender (3)
  --only <key,...>          only these contenders, and breakdown
  --growth                  batches into tables of more and more objects, and reading from them
  --growth-sizes <n,...>    objects (100000,1000000,5000000,10000000)
  --growth-lines <count>    lines of a batch (100,000)
  --memory                  memory over longer and longer logs
  --memory-sizes <n,...>    lines (1000000,10000000,50000000)
  --answers                 top, show and report about a month of 2,000,000 hits
  --periods                 top and report about parts of many years, with and without closed months
  --period-years <count>    years (10)
  --period-objects <count>  objects (30,000); ten years of them are 9 million rows by day
  --all                     all five
  --json                    print the report as JSON
  --from <file>             take reports that --json printed instead of running; may be repeated, later ones add to earlier
  --readme                  rewrite the section of README.md from the report
`;

export interface BenchOptions {
  readonly parts: ReadonlySet<'contenders' | 'growth' | 'memory' | 'answers' | 'periods'>;
  readonly lines: number;
  readonly runs: number;
  /** Keys of contenders; null for all. */
  readonly only: readonly string[] | null;
  readonly growthSizes: readonly number[];
  readonly growthLines: number;
  readonly memorySizes: readonly number[];
  readonly periodYears: number;
  readonly periodObjects: number;
  readonly json: boolean;
  readonly readme: boolean;
  readonly from: readonly string[];
  /** What was given, for the report. */
  readonly args: readonly string[];
}

/** @throws RangeError where a number cannot be read */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ lines: text, runs: text, only: text, 'growth-sizes': text, 'growth-lines': text },
      ...{ 'memory-sizes': text, from: { type: 'string', multiple: true } },
      ...{ 'period-years': text, 'period-objects': text, periods: flag },
      ...{ growth: flag, memory: flag, answers: flag, all: flag, json: flag, readme: flag, help: flag },
    },
  });
  if (values.help) return 'help';
  const isPart = values.growth || values.memory || values.answers || values.periods;
  const isContenders = values.all || !isPart;
  return {
    parts: new Set([
      ...(isContenders ? (['contenders'] as const) : []),
      ...(values.all || values.growth ? (['growth'] as const) : []),
      ...(values.all || values.memory ? (['memory'] as const) : []),
      ...(values.all || values.answers ? (['answers'] as const) : []),
      ...(values.all || values.periods ? (['periods'] as const) : []),
    ]),
    lines: toCount('--lines', values.lines ?? `${TABLE_LINES}`),
    runs: toCount('--runs', values.runs ?? '3'),
    only: values.only?.split(',') ?? null,
    growthSizes: toCounts('--growth-sizes', values['growth-sizes'] ?? '100000,1000000,5000000,10000000'),
    growthLines: toCount('--growth-lines', values['growth-lines'] ?? '100000'),
    memorySizes: toCounts('--memory-sizes', values['memory-sizes'] ?? '1000000,10000000,50000000'),
    periodYears: toCount('--period-years', values['period-years'] ?? '10'),
    periodObjects: toCount('--period-objects', values['period-objects'] ?? '30000'),
    json: values.json,
    readme: values.readme,
    from: values.from ?? [],
    args,
  };
}

function toCounts(flag: string, text: string): readonly number[] {
  return text
    .split(',')
    .map((part) => toCount(flag, part))
    .toSorted((a, b) => a - b);
}

function toCount(flag: string, text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
  throw new RangeError(`${flag}: "${text}" is not a whole number of at least 1`);
}
