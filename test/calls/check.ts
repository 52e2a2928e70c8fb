// Lets one call of a scenario fail, and judges the run and what the next quiet run makes of it.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../support/cli.js';
import type { Scenario, Template } from './scenarios.js';
import { type Fault, runTraced, type TracedResult } from './strace.js';

export interface Case {
  readonly scenario: Scenario;
  readonly fault: Fault;
  /** Which call fails, from 1. */
  readonly at: number;
}

export type Verdict = 'hung' | 'unclear message' | 'wrong totals' | null;

export interface Outcome {
  readonly run: TracedResult;
  /** Null where everything is as it must be. */
  readonly verdict: Verdict;
  /** What was found wrong. */
  readonly detail: string;
}

/** How many calls could fail, in the thread with most of them. */
export async function countCalls(scenario: Scenario, fault: Fault, template: Template): Promise<number> {
  return inFolder(template, async (folder) => {
    const prepared = await scenario.prepare(folder, template);
    return (await runTraced({ ...prepared, scratch: join(folder, 'scratch') }, fault, null)).calls;
  });
}

export async function failOnce({ scenario, fault, at }: Case, template: Template): Promise<Outcome> {
  return inFolder(template, async (folder) => {
    const prepared = await scenario.prepare(folder, template);
    const run = await runTraced({ ...prepared, scratch: join(folder, 'scratch') }, fault, at);
    if (run.isHung) return { run, verdict: 'hung', detail: run.stderr };
    const unclear = findUnclear(run);
    if (unclear !== null) return { run, verdict: 'unclear message', detail: unclear };
    const beside = (await prepared.check?.()) ?? null;
    if (beside !== null) return { run, verdict: 'wrong totals', detail: beside };
    const wrong = await findWrong({ ...prepared, environment: { LOGTALLY_DATA_DIR: prepared.dataFolder } });
    return { run, verdict: wrong === null ? null : 'wrong totals', detail: wrong ?? '' };
  });
}

async function inFolder<Result>(
  template: Template,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(template.dataFolder, '..', 'case-'));
  try {
    await mkdir(join(folder, 'scratch'));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Success, or an exit code of the program's and one message of its own. */
export function findUnclear({ code, stderr }: TracedResult): string | null {
  if (/this is a bug|^ {4}at |Warning:/m.test(stderr)) return stderr;
  if (code === 0) return null;
  if (code !== 1 && code !== 3) return `exit code ${code}: ${stderr}`;
  const errors = stderr
    .split('\n')
    .filter((text) => text.startsWith('logtally: ') && !/creating|hint/.test(text));
  return errors.length === 1 ? null : `${errors.length} messages: ${stderr}`;
}

const TOTALS = `
  select (select count(*) from logtally.object_hits) as objects,
    (select coalesce(sum(hit_count), 0) from logtally.object_hits) as hits,
    (select coalesce(sum(hit_count), 0) from logtally.object_hits_daily) as daily_hits,
    (select coalesce(sum(counted), 0) from logtally.batch) as counted`;

/** What is counted, and where. */
interface Truth {
  readonly environment: Readonly<Record<string, string>>;
  readonly logs: readonly string[];
  /** Lines that must be counted. */
  readonly expected: number;
}

/** What the next quiet run leaves wrong; null where each line is counted once and `verify` agrees. */
export async function findWrong({ environment, logs, expected }: Truth): Promise<string | null> {
  const next = await runCli(['ingest', '--quiet', ...logs], { environment });
  if (next.code !== 0) return `the next run: exit code ${next.code}: ${next.stderr}`;
  const { stdout } = await runCli(['query', TOTALS, '--csv'], { environment });
  const [, totals = ''] = stdout.split('\r\n');
  if (totals !== Array.from({ length: 4 }, () => expected).join(','))
    return `totals ${totals}, not ${expected}`;
  const verify = await runCli(['verify'], { environment });
  return verify.code === 0 ? null : `verify: ${verify.stdout}${verify.stderr}`;
}
