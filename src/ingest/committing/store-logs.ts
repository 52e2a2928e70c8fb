/** Stores the logs of a transaction: their lines go into the tables of the summaries at once, and each log is recorded. */
import type { Database } from '../../database/database.js';
import { mergeBatch } from '../../summaries/summaries.js';
import type { CopiedCounts } from '../../summaries/summary.js';
import { Account, listKept } from '../counting/counting.js';
import { rememberArchives } from '../identity/identity.js';
import type { InputRun } from '../run.js';
import type { StagedBatch, StagedLog } from '../stage-log.js';
import { beginStreams, recordContents, reopenRun } from '../storing/storing.js';

/** Begins streams for the logs that have none. @returns the stream of each log, in their order */
export async function openStreams(
  database: Database,
  logs: readonly StagedLog[],
  { settings }: InputRun,
): Promise<ReadonlyMap<StagedLog, number>> {
  const begun = logs.filter(isBegun);
  const numbers = await beginStreams(
    database,
    settings.site,
    begun.map(({ path, state, identity }) => ({ path, state, prefixMark: identity.prefixMark })),
  );
  const streams = new Map(begun.map((log, at) => [log, numbers[at]]));
  return new Map(
    logs.map((log) => {
      const streamId = streams.get(log) ?? log.identity.stream?.streamId;
      if (streamId === undefined) throw new Error(`'${log.path}' has no stream`);
      return [log, streamId];
    }),
  );
}

/** Whether a stream begins with a log: what was known of a log that was taken back has gone. */
function isBegun({ isRecount, identity }: StagedLog): boolean {
  return isRecount || identity.stream === null;
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
  { number: run, settings }: InputRun,
): Promise<void> {
  const { keys, commitsOften: forgetsEnds, site } = settings;
  const logs = [...streams].map(([log, streamId]) => ({ ...log, streamId }));
  await recordContents(database, logs, { run, summaries: listKept(keys), forgetsEnds });
  for (const { piped, streamId } of logs) await piped?.write(database, { run, streamId });
  const archives = logs.flatMap(({ archive, streamId }) => (archive === null ? [] : { archive, streamId }));
  await rememberArchives(database, site, archives);
  await reopenRun(database, run);
}
