// What the system tests share: lines of logs, runs of `ingest`, and the question whether each line was counted exactly once.

import { expect } from 'vitest';
import { type CliResult, finishCli, runCli, startCli } from './cli.js';

export const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const ROBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

/** What is told of a request; a test names what it is about. */
export interface LoggedRequest {
  readonly client?: string;
  /** `14/Apr/2026:10:22:31 +0200`. */
  readonly time?: string;
  readonly method?: string;
  readonly target?: string;
  readonly status?: number;
  readonly agent?: string;
  /** The last two fields: content type and object id. */
  readonly ids?: string;
}

/** A line in the format `combined_ids`, with its end. */
export function requestLine(request: LoggedRequest): string {
  const {
    client = '203.0.113.9',
    time = '14/Apr/2026:10:22:31 +0200',
    method = 'GET',
    target = '/p',
    status = 200,
    agent = BROWSER,
    ids = '- -',
  } = request;
  return `${client} - - [${time}] "${method} ${target} HTTP/1.1" ${status} 5120 "-" "${agent}" ${ids}\n`;
}

/** A line that names the object of its serial number. */
export function line(serial: number): string {
  const second = String(serial % 60).padStart(2, '0');
  const time = `14/Apr/2026:10:22:${second} +0200`;
  return requestLine({ time, target: `/photos/${serial}/`, ids: `7 ${serial}` });
}

/** Lines from the first serial number up to but without the last. */
export function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => line(from + at)).join('');
}

/** Answers a statement of a test. */
export type Query = (statement: string) => Promise<readonly Record<string, unknown>[]>;

/**
 * Each serial number up to but without `to` was counted exactly once, and totals, days, ranks and batches agree.
 *
 * @param rejected lines that were read beside them
 */
export async function expectOnce(query: Query, to: number, rejected = 0): Promise<void> {
  const [row] = await query(`
    select
      (select count(*)::int from logtally.object_hits) as objects,
      (select count(distinct object_id::int)::int from logtally.object_hits where object_id::int < ${to}) as known,
      (select coalesce(sum(hit_count), 0)::int from logtally.object_hits) as hits,
      (select coalesce(max(hit_count), 0)::int from logtally.object_hits) as most_hits,
      (select coalesce(sum(hit_count), 0)::int from logtally.object_hits_daily) as daily_hits,
      (select coalesce(sum(hit_count * object_count), 0)::int from logtally.hit_count_rank) as ranked_hits,
      (select coalesce(sum(lines), 0)::int from logtally.batch) as lines`);
  expect(row).toEqual({
    objects: to,
    known: to,
    hits: to,
    most_hits: Math.min(to, 1),
    daily_hits: to,
    ranked_hits: to,
    lines: to + rejected,
  });
}

export interface IngestAnswer extends CliResult {
  /** What `--json` printed; null where nothing was. */
  readonly account: {
    readonly lines: number;
    readonly counted: number;
    readonly batches: number;
    readonly rejected: number;
    readonly alreadyCountedBytes: number;
    readonly inputs: readonly { readonly state: string }[];
  } | null;
}

export interface StartedIngest {
  /** Comes when it pauses at a fault point. */
  readonly paused: Promise<void>;
  signal(name: NodeJS.Signals): void;
  readonly answer: Promise<IngestAnswer>;
}

/** Starts an ingest in a process of its own; with `input` it is piped in, and `args` names no file. */
export function startIngest(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  input: string | Buffer = '',
): StartedIngest {
  const child = startCli(['ingest', '--json', ...args], environment);
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const paused = new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: Buffer) => {
      if (text.includes('paused at')) resolve();
    });
  });
  return { paused, signal: (name) => void child.kill(name), answer: finishCli(child).then(toAnswer) };
}

function toAnswer(result: CliResult): IngestAnswer {
  return {
    ...result,
    account: result.stdout === '' ? null : (JSON.parse(result.stdout) as IngestAnswer['account']),
  };
}

/** Runs an ingest to its end. */
export async function ingest(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  input: string | Buffer = '',
): Promise<IngestAnswer> {
  return toAnswer(await runCli(['ingest', '--json', ...args], { environment, input }));
}
