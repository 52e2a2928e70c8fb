/**
 * The metrics of the counting for Prometheus, as node_exporter's textfile collector reads them. Names and units follow "Metric and
 * label naming" of its documentation: base units, `_total` for counters.
 */
import { readFile, stat } from 'node:fs/promises';
import { findErrorCode, InputError, toMessage } from '../errors.js';
import type { Metrics, SiteSums } from '../report/metrics.js';
import type { StreamList } from '../report/streams.js';
import { type Family, formatFamilies, type Labels, type Sample } from './exposition.js';
import { writeWholeFile } from './whole-file.js';

/** The exporter is another user. */
const MODE = 0o644;

/**
 * Replaces a file of metrics. Counters go on from what the file says.
 *
 * @throws InputError if it cannot be read or written, or another user may have put it there
 */
export async function writeMetricsFile(path: string, metrics: Metrics, version: string): Promise<void> {
  const before = await readBefore(path);
  await writeWholeFile(path, formatFamilies(listFamilies(metrics, version), before), MODE);
}

async function readBefore(path: string): Promise<string> {
  try {
    // what is no file is refused when it is to be replaced
    return (await stat(path)).isFile() ? await readFile(path, 'utf8') : '';
  } catch (error) {
    if (findErrorCode(error) === 'ENOENT') return '';
    throw new InputError(`cannot read '${path}': ${toMessage(error)}`, { cause: error });
  }
}

function listFamilies(metrics: Metrics, version: string): readonly Family[] {
  const { sites, runs, logs, databaseBytes } = metrics;
  const ofSites = (toSamples: (sums: SiteSums) => readonly Sample[]) => sites.flatMap(toSamples);
  const ofSite = (toValue: (sums: SiteSums) => number) =>
    ofSites((sums) => [{ labels: { site: sums.site }, value: toValue(sums) }]);
  return [
    gauge('info', 'The version of logtally that wrote this', [{ labels: { version }, value: 1 }]),
    tally('lines', 'Lines of logs, by what became of them', ofSites(listOutcomes)),
    tally('rejected_lines', 'Rejected lines, by the reason', ofSites(listReasons)),
    tally(
      'bytes',
      'Decompressed bytes of logs that were counted',
      ofSite(({ bytes }) => bytes),
    ),
    tally(
      'batches',
      'Ranges of logs that were counted, each in one transaction',
      ofSite(({ batches }) => batches),
    ),
    {
      ...{ name: 'runs', help: 'Runs that ended, of all hosts, by their exit code', type: 'counter' },
      samples: runs.map(({ exitCode, runs: value }) => ({ labels: { exit_code: String(exitCode) }, value })),
    },
    gauge(
      'last_commit_timestamp_seconds',
      'When lines of the site were last committed',
      ofSite(({ lastCommitAt }) => toSeconds(lastCommitAt)),
    ),
    ...listLastRun(metrics),
    gauge(
      'log_lag_bytes',
      'Whole lines of a log of this host that wait to be counted',
      listLags(logs, 'lagBytes'),
    ),
    gauge(
      'log_lag_seconds',
      'How long the oldest of these lines may have waited at most, when this was written',
      listLags(logs, 'lagSeconds'),
    ),
    gauge(
      'watched_logs',
      'Logs that this host saw within a week, by what is known of their lag',
      countWatched(logs),
    ),
    gauge('database_size_bytes', 'The size of the whole database', [{ labels: {}, value: databaseBytes }]),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'gauge', samples };
}

function tally(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'tally', samples };
}

function listOutcomes({ site, counted, unattributed, filtered, rejected }: SiteSums): readonly Sample[] {
  const outcomes = { counted, without_object: unattributed, filtered, rejected };
  return Object.entries(outcomes).map(([outcome, value]) => ({ labels: { site, outcome }, value }));
}

function listReasons({ site, reasons }: SiteSums): readonly Sample[] {
  return reasons.map(([reason, value]) => ({ labels: { site, reason }, value }));
}

/** Of the host on which the file is written: its exporter gives the metrics the host's name. */
function listLastRun({ lastRun }: Metrics): readonly Family[] {
  if (lastRun === null) return [];
  const { exitCode, startedAt, finishedAt } = lastRun;
  const only = (value: number): readonly Sample[] => [{ labels: {}, value }];
  const duration = Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return [
    gauge('last_run_exit_code', 'How the last run of this host that ended did so', only(exitCode)),
    gauge('last_run_duration_seconds', 'How long it took', only(duration)),
    gauge('last_run_end_timestamp_seconds', 'When it ended', only(toSeconds(finishedAt))),
  ];
}

function toSeconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

/** The lag of the logs that are watched, and of others if they are behind; a log that no run has counted has no stream. */
function listLags({ streams, newLogs }: StreamList, name: 'lagBytes' | 'lagSeconds'): readonly Sample[] {
  const toSample = (labels: Labels, value: number): readonly Sample[] => [{ labels, value }];
  return [
    ...streams.flatMap((log) => {
      const value = log[name];
      const isOld = !log.watched && log.lagBytes === 0;
      return value === null || isOld
        ? []
        : toSample({ site: log.site, stream: String(log.stream), path: log.path }, value);
    }),
    ...newLogs.flatMap((log) => toSample({ site: '', stream: '', path: log.path }, log[name])),
  ];
}

function countWatched({ streams, newLogs }: StreamList): readonly Sample[] {
  const counts = new Map<string, number>([['known', 0]]);
  for (const { lagUnknown, watched } of streams) {
    const lag = lagUnknown ?? 'known';
    if (watched) counts.set(lag, (counts.get(lag) ?? 0) + 1);
  }
  counts.set('new', newLogs.length);
  return [...counts].map(([lag, value]) => ({ labels: { lag }, value }));
}
