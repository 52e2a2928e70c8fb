// The command line of the benchmark.

import { parseArgs } from 'node:util';
import type { Judged, Part } from './part.js';
import { TABLE_LINES } from './workloads.js';

type Parts = Readonly<Record<string, Pick<Part<Judged>, 'about' | 'isUsual'>>>;

const USUAL_SIZES = '100000,1000000,5000000,10000000';
const HUGE_SIZES = '100000,100000000';

/** What --help prints. */
export function formatUsage(parts: Parts): string {
  const flags = Object.entries(parts).map(
    ([name, { about, isUsual }]) =>
      `  --${name.padEnd(23)} ${about}${isUsual ? '; runs when no part is named' : ''}\n`,
  );
  return `npm run bench -- [options]

Exit status 1: a promise is broken. Parts:
${flags.join('')}  --all                     all of them

  --runs <count>            runs of each contender (3)
  --lines <count>           lines of the first log of --contenders, --storing, --archives and --summaries (1,000,000), all of --hosts; the others follow it; fewer are not judged
  --only <key,...>          only these contenders, and breakdown
  --growth-sizes <n,...>    objects (100000,1000000,5000000,10000000)
  --huge                    --growth-sizes 100000,100000000: takes 40 GB of disk
  --growth-lines <count>    lines of a batch (100,000)
  --memory-sizes <n,...>    lines (1000000,10000000,50000000)
  --known-bytes <count>     bytes of the known log (10,000,000,000); fewer are not judged
  --period-years <count>    years of --periods (10)
  --period-objects <count>  objects of --periods (30,000); ten years of them are 9 million rows by day
  --json                    print the report as JSON
  --from <file>             take reports that --json printed instead of running; may be repeated, later ones add to earlier
  --page                    rewrite the section of docs/performance.md from the report
`;
}

export interface BenchOptions {
  /** The names of the parts that run. */
  readonly parts: ReadonlySet<string>;
  readonly lines: number;
  readonly runs: number;
  /** Keys of contenders; null for all. */
  readonly only: readonly string[] | null;
  readonly growthSizes: readonly number[];
  readonly growthLines: number;
  readonly memorySizes: readonly number[];
  readonly knownBytes: number;
  readonly periodYears: number;
  readonly periodObjects: number;
  readonly json: boolean;
  readonly page: boolean;
  readonly from: readonly string[];
  /** What was given, for the report. */
  readonly args: readonly string[];
}

/** @throws RangeError where a number cannot be read */
export function readOptions(args: readonly string[], parts: Parts): BenchOptions | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const partFlags: Record<string, typeof flag> = {};
  for (const name of Object.keys(parts)) partFlags[name] = flag;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...partFlags,
      ...{ lines: text, runs: text, only: text, 'growth-sizes': text, 'growth-lines': text },
      ...{ 'known-bytes': text, 'memory-sizes': text, from: { type: 'string', multiple: true } },
      ...{ 'period-years': text, 'period-objects': text },
      ...{ all: flag, huge: flag, json: flag, page: flag, help: flag },
    },
  });
  if (values.help) return 'help';
  const given: Readonly<Record<string, unknown>> = values;
  const named = Object.keys(parts).filter((name) => values.all || given[name] === true);
  const usual = Object.keys(parts).filter((name) => parts[name]?.isUsual);
  return {
    parts: new Set(named.length > 0 ? named : usual),
    lines: toCount('--lines', values.lines ?? `${TABLE_LINES}`),
    runs: toCount('--runs', values.runs ?? '3'),
    only: values.only?.split(',') ?? null,
    growthSizes: toCounts(
      '--growth-sizes',
      values['growth-sizes'] ?? (values.huge ? HUGE_SIZES : USUAL_SIZES),
    ),
    growthLines: toCount('--growth-lines', values['growth-lines'] ?? '100000'),
    memorySizes: toCounts('--memory-sizes', values['memory-sizes'] ?? '1000000,10000000,50000000'),
    knownBytes: toCount('--known-bytes', values['known-bytes'] ?? '10000000000'),
    periodYears: toCount('--period-years', values['period-years'] ?? '10'),
    periodObjects: toCount('--period-objects', values['period-objects'] ?? '30000'),
    json: values.json,
    page: values.page,
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
