// What the tests of export share: running it without a password on the command line, and every row of a database.

import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import { type CliResult, finishCli, startCli } from './cli.js';
import type { Target } from './targets.js';

export const TABLES = [
  'content_type',
  'run',
  'log_stream',
  'stream_digest',
  'batch',
  'known_archive',
  'object_hits',
  'object_hits_daily',
  'hit_count_rank',
  'addition',
  'hit_delta',
  'piped_line',
] as const;

/** Every row of every table as text, by way of the command: it sets the time zone and the form of times. */
const EVERYTHING = `select ${TABLES.map(
  (table) =>
    `(select jsonb_agg(t::text order by t::text collate "C") from logtally.${table} as t) as ${table}`,
).join(', ')}`;

export async function readEverything(
  target: Target,
): Promise<Readonly<Record<string, readonly string[] | null>>> {
  const { code, stdout, stderr } = await target.run(['query', '--json', EVERYTHING]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout)[0];
}

/** The same of a server directly: to be compared with itself only. */
export async function readServer(target: Target): Promise<unknown> {
  return target.query(EVERYTHING);
}

/** The URL of the server without its password, and the password where it belongs. */
function toServer(url: string) {
  const server = new URL(url);
  const environment = { PGPASSWORD: decodeURIComponent(server.password) };
  server.password = '';
  return { url: server.href, environment };
}

export interface ExportOptions {
  readonly fault?: string;
  /** A URL of the target in place of its own. */
  readonly url?: string;
}

export function startExport(
  source: Target,
  target: Target,
  args: readonly string[],
  options: ExportOptions = {},
): ChildProcess {
  const { url, environment } = toServer(options.url ?? target.environment['DATABASE_URL'] ?? '');
  const fault = options.fault === undefined ? {} : { LOGTALLY_FAULT: options.fault };
  return startCli(['export', '--to', url, ...args], { ...source.environment, ...environment, ...fault });
}

export function runExport(
  source: Target,
  target: Target,
  args: readonly string[] = [],
  options: ExportOptions = {},
): Promise<CliResult> {
  return finishCli(startExport(source, target, args, options));
}
