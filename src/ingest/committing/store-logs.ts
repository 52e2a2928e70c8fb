/** Stores the logs of a transaction: their lines go into the tables of the summaries at once, and each log is recorded. */
import type { Database } from '../../database/database.js';
import { mergeBatch } from '../../summaries/summaries.js';
import type { CopiedCounts } from '../../summaries/summary.js';
import { Account, listKept } from '../counting/counting.js';
import { rememberArchive } from '../identity/identity.js';
import type { InputRun } from '../run.js';
import type { StagedBatch, StagedLog } from '../stage-log.js';
import { beginStream, recordBatches, reopenRun } from '../storing/storing.js';

/** @returns the stream of a log, a new one if it has none */
export async function openStream(
  database: Database,
  log: StagedLog,
  { settings }: InputRun,
): Promise<number> {
  const { path, state, isRecount, identity } = log;
  const { stream, prefixMark } = identity;
  // what is known of a log that was taken back went with it
  if (stream !== null && !isRecount) return stream.streamId;
  return beginStream(database, { site: settings.site, state, path, prefixMark });
}

/**
 * Merges the hits of all logs at once. A content type has a number of its own in each log, and one in rows of several logs.
 *
 * @returns requests of people that came too late to be counted as visitors
 */
export async function mergeLogs(
  database: Database,
  {
    streams: logs,
    sharedTypes,
    logsMeet,
  }: Omit<StagedBatch, 'logs'> & { readonly streams: ReadonlyMap<StagedLog, number> },
  { number: run, months: allMonths, settings, shared, signal }: InputRun,
): Promise<number> {
  const { counted, robots, unattributed } = Account.sum([...logs.keys()].map(({ account }) => account));
  const { allowNewTypes } = settings;
  const summaries = listKept(settings.keys);
  if (counted === 0 && (unattributed === 0 || summaries.length === 0)) return 0;
  const ofLogs = [...logs].map(([{ contentTypes }, streamId]) => ({ ...contentTypes, streamId }));
  const types = sharedTypes === null ? ofLogs : [...ofLogs, { ...sharedTypes, streamId: null }];
  const contentTypes = {
    sites: types.flatMap(({ sites }) => sites),
    names: types.flatMap(({ names }) => names),
    streams: types.flatMap(({ names, streamId }) => names.map(() => streamId)),
  };
  const months = [...new Set([...logs.keys()].flatMap((log) => log.months))];
  for (const month of months) allMonths.add(month);
  let lateRequests = 0;
  await mergeBatch(database, {
    ...{
      run,
      contentTypes,
      streams: [...logs.values()],
      summaries,
      logsMeet,
      months,
      counted,
      robots,
      unattributed,
    },
    ...{ allowNewTypes, signal },
    counts: {
      ...sumKept(logs),
      visitorKeys: shared.visitorKeys.listUsed(),
      onLateRequests: (requests) => {
        lateRequests = requests;
      },
    },
  });
  return lateRequests;
}

/** Adds up what was kept of logs in the summaries beside the hits. */
function sumKept(
  logs: ReadonlyMap<StagedLog, number>,
): Pick<CopiedCounts, 'sources' | 'requests' | 'requestRows' | 'months'> {
  const requests = new Map<number, number>();
  let requestRows = 0;
  for (const { kept } of logs.keys()) {
    requestRows += kept.requestRows;
    for (const [part, count] of kept.requests) requests.set(part, (requests.get(part) ?? 0) + count);
  }
  const sources = [...logs].flatMap(([{ kept }, stream]) =>
    kept.sources.map((source) => ({ ...source, stream })),
  );
  const months = [...new Set([...logs.keys()].flatMap(({ kept }) => kept.months))];
  return { sources, requests, requestRows, months };
}

/** Records what was counted of logs, in the transaction that merged their lines. */
export async function recordLogs(
  database: Database,
  streams: ReadonlyMap<StagedLog, number>,
  run: InputRun,
): Promise<void> {
  for (const [log, streamId] of streams) await recordLog(database, { log, streamId }, run);
  await reopenRun(database, run.number);
}

async function recordLog(
  database: Database,
  { log, streamId }: { readonly log: StagedLog; readonly streamId: number },
  { number, settings }: InputRun,
): Promise<void> {
  const { path, state, ranges, checkpoints, archive, piped } = log;
  const summaries = listKept(settings.keys);
  const { commitsOften: forgetsEnds } = settings;
  const content = { run: number, streamId, path, state, ranges, summaries, checkpoints, forgetsEnds };
  await recordBatches(database, content);
  await piped?.write(database, { run: number, streamId });
  if (archive !== null) await rememberArchive(database, archive, { site: settings.site, streamId });
}
