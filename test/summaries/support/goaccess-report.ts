// Runs GoAccess 1.7 on lines, and reads what it says of them from its JSON.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Requests by key. */
export type Counts = ReadonlyMap<string, number>;

interface Item {
  readonly hits: { readonly count: number };
  readonly bytes: { readonly count: number };
  readonly data: string;
  readonly items?: readonly Item[];
}

/** Its panels that are compared; a panel without data is missing. */
export type Report = Readonly<Record<string, { readonly data?: readonly Item[] } | undefined>>;

export type GoAccessFormat = 'COMBINED' | 'VCOMBINED';

/** @param folder for files that nobody else writes at the same time */
export function runGoAccess(folder: string, lines: readonly string[], format: GoAccessFormat): Report {
  const [log, report] = [join(folder, 'access.log'), join(folder, 'report.json')];
  writeFileSync(log, lines.map((line) => `${line}\n`).join(''), 'latin1');
  const args = ['--no-global-config', `--log-format=${format}`, '--no-progress', '--max-items=100000'];
  execFileSync('goaccess', [log, ...args, '-o', report], { stdio: 'pipe' });
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

/** The requests of each item of a panel. */
export function readPanel(report: Report, panel: string): Counts {
  return new Map(report[panel]?.data?.map(({ data, hits }) => [data, hits.count]));
}

/** The requests of each status, which stand in groups of a hundred, each with its words. */
export function readStatuses(report: Report): Counts {
  const items = report['status_codes']?.data?.flatMap((group) => group.items ?? []) ?? [];
  return new Map(items.map(({ data, hits }) => [data.slice(0, 3), hits.count]));
}

/** Agents that one run tells apart: a sum of their sizes is exact, and says which of them are in it. */
const AGENTS_OF_RUN = 48;

/**
 * Finds the kind of each agent as a panel says it, `browsers` or `os`. Each agent asks once for a size of its own, a power of two.
 *
 * @param agents as a log has them
 */
export function classifyAgents(
  folder: string,
  agents: readonly string[],
  panel: string,
): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (let from = 0; from < agents.length; from += AGENTS_OF_RUN) {
    const some = agents.slice(from, from + AGENTS_OF_RUN);
    const lines = some.map(
      (agent, at) =>
        `192.0.2.1 - - [14/Apr/2026:10:22:31 +0000] "GET /${at} HTTP/1.1" 200 ${2 ** at} "-" "${agent}"`,
    );
    for (const { data, bytes } of runGoAccess(folder, lines, 'COMBINED')[panel]?.data ?? []) {
      const set = BigInt(bytes.count);
      for (const [at, agent] of some.entries()) if ((set >> BigInt(at)) & 1n) kinds.set(agent, data);
    }
  }
  return kinds;
}
