// Starts `logtally follow`, and waits until the database has what was written.

import { expect } from 'vitest';
import { type CliResult, finishCli, startCli } from '../support/cli.js';
import type { Target } from '../support/targets.js';

/** A machine under load takes its time; a test fails after it. */
const PATIENCE_MS = 40_000;

export interface Following {
  /** Waits until so many lines are stored, no more. */
  waitFor(lines: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** What it has told so far. */
  getNews(): string;
  /** Waits until it has told something. */
  waitForNews(news: RegExp): Promise<void>;
  /** Asks it to end. @returns what became of it */
  end(signal?: NodeJS.Signals): Promise<CliResult>;
}

/** Follows paths; it commits often. */
export function startFollowing(
  target: Pick<Target, 'environment' | 'query'>,
  args: readonly string[],
  every = '50ms',
): Following {
  const child = startCli(['follow', '--every', every, ...args], target.environment);
  let news = '';
  child.stderr?.on('data', (text: Buffer) => {
    news += text.toString();
  });
  const finished = finishCli(child);
  return {
    waitFor: (lines) =>
      waitForLines(target, lines).catch((error: unknown) => {
        throw new Error(`${String(error)}; it has told: ${news}`, { cause: error });
      }),
    signal: (name) => void child.kill(name),
    getNews: () => news,
    waitForNews: (pattern) => expect.poll(() => news, { timeout: PATIENCE_MS }).toMatch(pattern),
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return finished;
    },
  };
}

/** Waits until so many lines are stored, no more. */
export async function waitForLines({ query }: Pick<Target, 'query'>, lines: number): Promise<void> {
  const count = async () => {
    const rows = await query('select coalesce(sum(lines), 0)::int as lines from logtally.batch').catch(
      () => [],
    );
    return rows[0]?.['lines'];
  };
  await expect.poll(count, { timeout: PATIENCE_MS, interval: 50 }).toBe(lines);
}
