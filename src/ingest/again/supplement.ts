/**
 * Counts a known log for summaries that were asked for only after it was counted. What was counted of it stays: the rows of these
 * summaries go to the additions of the runs that counted the lines, so that they are taken back with them.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../database/database.js';
import { lockMerges } from '../../database/merge-lock.js';
import { EXIT, InputError } from '../../errors.js';
import { reachFaultPoint } from '../../faults.js';
import { listLines, toInputName } from '../../source/source.js';
import { addUpRequests } from '../../summaries/own/own.js';
import { keepStaging, mergeSupplement } from '../../summaries/summaries.js';
import { Account, copyHits, listKept, Stage } from '../counting/counting.js';
import {
  ChangedError,
  checkUnchanged,
  checkUnmoved,
  type FoundLog,
  type Identity,
  type KnownRange,
  MovedError,
  type RangePiece,
  Rereader,
  readRanges,
} from '../identity/identity.js';
import type { InputRun } from '../run.js';
import { prepareRequests } from '../stage-log.js';
import { addBatchSummaries } from '../storing/storing.js';

/** Batches of one run, one behind the other, that lack the same summaries. */
interface Part {
  readonly run: number;
  readonly missing: readonly string[];
  readonly batches: readonly (KnownRange & { readonly linesBefore: number })[];
}

/** What a log is counted again for. */
export interface Supplement {
  readonly streamId: number;
  readonly parts: readonly Part[];
}

/** What the result of an input tells of it. */
export interface SupplementNote {
  /** The summaries that it was counted for, in some of its lines. */
  readonly summaries: readonly string[];
  /** The runs that had counted these lines. */
  readonly runs: readonly number[];
  readonly lines: number;
}

/**
 * Finds what a known log lacks of the summaries that the run is asked for.
 *
 * @returns null if nothing, or if its lines would be counted otherwise now: then all of it has to be counted again
 * @throws InputError, exit code 4, if the input does not hold all that was counted of the log
 */
export async function findSupplement(
  database: Database,
  path: string,
  { identity, run }: { readonly identity: Identity; readonly run: InputRun },
): Promise<Supplement | null> {
  const { stream, hasher } = identity;
  if (stream === null) return null;
  const { streamId, ranges } = stream;
  const parts = await database.transaction('reading', () => findParts(database, streamId, run));
  if (parts.length === 0) return null;
  if ((await run.findOtherSettings(ranges)).some(({ isOfLines }) => isOfLines)) return null;
  const end = ranges.at(-1)?.end ?? 0;
  if (end <= hasher.position) return { streamId, parts };
  throw new InputError(
    `${toInputName(path)} holds only the first ${hasher.position} of ${end} bytes that were counted of its log; nothing is changed`,
    { hint: 'give the whole log to --recount', exitCode: EXIT.held },
  );
}

async function findParts(
  database: Database,
  streamId: number,
  { settings }: InputRun,
): Promise<readonly Part[]> {
  const wanted = listKept(settings.keys);
  const parts: Part[] = [];
  let linesBefore = 0;
  for (const batch of await readRanges(database, streamId)) {
    const { run, summaries, lines } = batch;
    const missing = wanted.filter((name) => !summaries.includes(name));
    const last = parts.at(-1);
    const batches = [{ ...batch, linesBefore }];
    if (last?.run === run && isDeepStrictEqual(last.missing, missing))
      parts.splice(-1, 1, { run, missing, batches: [...last.batches, ...batches] });
    else parts.push({ run, missing, batches });
    linesBefore += lines;
  }
  return parts.filter(({ missing }) => missing.length > 0);
}

export function describeSupplement({ parts }: Supplement): SupplementNote {
  return {
    summaries: [...new Set(parts.flatMap(({ missing }) => missing))],
    runs: [...new Set(parts.map(({ run }) => run))].toSorted((a, b) => a - b),
    lines: parts.flatMap(({ batches }) => batches).reduce((sum, { lines }) => sum + lines, 0),
  };
}

/**
 * Counts the log for what it lacks, in one transaction, and goes back to its beginning.
 *
 * @throws MovedError, ChangedError, InputError if nothing may be committed
 */
export async function commitSupplement(
  database: Database,
  { log, supplement }: { readonly log: FoundLog; readonly supplement: Supplement },
  run: InputRun,
): Promise<void> {
  // the staging tables of a rehearsal outlast its savepoints
  if (database.isInTransaction()) await keepStaging(database);
  let lateRequests = 0;
  await database.transaction('writing', async () => {
    lateRequests = 0;
    const stages = await stageParts(database, { log, supplement }, run);
    await lockMerges(database);
    await reachFaultPoint('locked', database);
    await checkUnmoved(database, run.settings.site, [log.identity]);
    const now = await findParts(database, supplement.streamId, run);
    if (!isDeepStrictEqual(now, supplement.parts)) throw new MovedError();
    for (const [part, stage] of stages)
      lateRequests += await mergePart(database, { part, stage, streamId: supplement.streamId }, run);
    await reachFaultPoint('merged', database);
  });
  run.notes.lateRequests += lateRequests;
}

async function stageParts(
  database: Database,
  { log, supplement }: { readonly log: FoundLog; readonly supplement: Supplement },
  run: InputRun,
): Promise<ReadonlyMap<Part, Stage>> {
  await prepareRequests(database, run);
  const reader = await Rereader.begin(log);
  const stages = new Map<Part, Stage>();
  for (const part of supplement.parts)
    stages.set(part, await stagePart(database, { log, part, reader }, run));
  await checkUnchanged(log, reader.checkpoints, log.start);
  await reader.end();
  return stages;
}

async function stagePart(
  database: Database,
  { log, part, reader }: { readonly log: FoundLog; readonly part: Part; readonly reader: Rereader },
  { settings, progress, memory, shared, signal }: InputRun,
): Promise<Stage> {
  const { path, source } = log.input;
  const own = settings.keys.own.filter(({ name }) => part.missing.includes(name));
  const summaries = settings.keys.summaries.filter((name) => part.missing.includes(name));
  const stage = new Stage({
    ...{ path, settings: { ...settings, keys: { ...settings.keys, summaries, own } }, rejects: null },
    linesBefore: (part.batches[0]?.start ?? 0) > 0 ? listLines(log.identity.head) : [],
    // what ends a range was counted, with its line end or without
    // the lines were searched when they were counted
    onReject: () => undefined,
    countsUnfinishedLine: () => true,
    ...{ stream: null, firstTypeKey: 0, holdsSmall: false, keepsHits: false, memory, shared },
  });
  const before = { ...progress };
  const ranges = reader.read(part.batches);
  const read = async function* (): AsyncGenerator<RangePiece> {
    for await (const piece of ranges.read()) {
      await reachFaultPoint('copying', database);
      yield piece;
      progress.packedBytes = before.packedBytes + source.readPackedBytes();
      progress.lines = before.lines + stage.countLines();
    }
  };
  await copyHits(database, stage, { pieces: read(), signal });
  checkSame(path, part, stage);
  if (own.length > 0 && stage.ownSource !== null) await addUpRequests(database, own, stage.ownSource);
  return stage;
}

/** What a batch records of its account. */
const RECORDED = ['lines', 'counted', 'robots', 'unattributed', 'filtered', 'rejected'] as const;

/** Makes sure that each batch was counted now as it was then. */
function checkSame(path: string, { run, batches }: Part, { ranges }: Stage): void {
  const name = toInputName(path);
  const accounts = new Map(ranges.map(({ range, account }) => [range.start, account]));
  for (const batch of batches) {
    const account = accounts.get(batch.start);
    if (account === undefined)
      throw new ChangedError(`${name} has changed while it was read; nothing is changed`, {
        hint: 'what is counted of a log may only grow; run the command again',
      });
    const other = RECORDED.find((count) => account[count] !== batch[count]);
    if (other === undefined) continue;
    throw new InputError(
      `${name} counts otherwise than in run ${run}: ${other} ${account[other]}, then ${batch[other]}; nothing is changed`,
      {
        hint: `logtally undo ${run}, and then logtally ingest, counts all of that run anew`,
        exitCode: EXIT.held,
      },
    );
  }
}

/** @returns requests of people that came too late to be counted as visitors */
async function mergePart(
  database: Database,
  { part, stage, streamId }: { readonly part: Part; readonly stage: Stage; readonly streamId: number },
  { shared, signal }: InputRun,
): Promise<number> {
  const { run, missing, batches } = part;
  const { counted, robots, unattributed } = Account.sum(stage.ranges.map(({ account }) => account));
  const { sites, names } = stage.contentTypes;
  const { kept } = stage;
  let lateRequests = 0;
  if (counted + unattributed > 0)
    await mergeSupplement(database, {
      ...{ run, streams: [streamId], summaries: missing, counted, robots, unattributed },
      contentTypes: { sites, names, streams: names.map(() => streamId) },
      ...{ logsMeet: false, months: [], allowNewTypes: true, signal },
      counts: {
        ...kept,
        sources: kept.sources.map((source) => ({ ...source, stream: streamId })),
        visitorKeys: shared.visitorKeys.listUsed(),
        onLateRequests: (requests) => {
          lateRequests = requests;
        },
      },
    });
  const starts = batches.map(({ start }) => start);
  await addBatchSummaries(database, { run, streamId, starts, summaries: missing });
  return lateRequests;
}
