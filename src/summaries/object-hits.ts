/** The first summary: hits by object and day, and the totals and ranks that follow from them. Its SQL is in `sql/object_hits`. */
import type { Database } from '../database/database.js';
import { lockMerges } from '../database/merge-lock.js';
import { sql } from '../database/sql.js';
import { getNumber } from '../database/values.js';
import { DatabaseError, EXIT, InputError } from '../errors.js';
import { closeMonths } from './closed-months.js';
import { listHitChecks } from './object-hits-differences.js';
import { type Batch, runSteps, type Step, type Summary, type SummaryTable, type Taken } from './summary.js';

/** A batch is small if there are at least so many times as many objects as it has hits: then each of its objects is looked up. */
const SMALL_SHARE = 10;

/** More new content types in one run mean that the last two fields of the lines are something else. */
const MAX_NEW_TYPES = 1000;

/** The temporary table and its columns that COPY fills. */
export const HIT_TARGET = 'pg_temp.staged_hit (type_key, object_id, hit_on, hit_count)';

/** The temporary table and its columns that take what each log had of rows of several logs. */
export const SHARE_TARGET = 'pg_temp.staged_share (type_key, hit_on, object_ids, hit_counts)';

export const OBJECT_HITS: Summary = {
  name: 'hits by object and day',
  get tables(): readonly SummaryTable[] {
    return [
      {
        name: 'object_hits',
        spread: 'object_id',
        statement: sql.openObjects,
        rights: ['select', 'insert', 'update'],
      },
      {
        name: 'object_hits_daily',
        spread: 'object_id',
        statement: sql.openDays,
        rights: ['select', 'insert', 'update'],
      },
      {
        name: 'object_hits_yearly',
        spread: 'object_id',
        statement: sql.openYears,
        rights: ['select', 'insert', 'update', 'delete'],
      },
      {
        name: 'content_type_daily',
        spread: 'reference',
        statement: sql.openTypeDays,
        rights: ['select', 'insert', 'delete'],
      },
      {
        name: 'hit_month',
        spread: 'reference',
        statement: sql.openHitMonths,
        rights: ['select', 'insert', 'update', 'delete'],
      },
      {
        name: 'hit_count_rank',
        spread: 'reference',
        statement: sql.openRanks,
        rights: ['select', 'insert', 'update', 'delete'],
      },
      {
        name: 'addition',
        spread: 'reference',
        statement: sql.openAdditions,
        rights: ['select', 'insert', 'update'],
      },
      {
        name: 'hit_delta',
        spread: 'object_id',
        statement: sql.openDeltas,
        rights: ['select', 'insert', 'delete'],
      },
      {
        name: 'hit_share',
        spread: 'reference',
        statement: sql.openShares,
        rights: ['select', 'insert', 'delete'],
      },
    ];
  },
  countedTable: 'object_hits',
  get sql() {
    return {
      createStaging: sql.createStaging,
      emptyStaging: sql.emptyStaging,
      emptyGains: sql.emptyGains,
      sumTables: sql.sumHitTables,
      deleteTables: sql.deleteHitTables,
      vacuumTables: sql.vacuumHitTables,
      dropOldGains: [sql.deleteOldDeltas, sql.deleteOldShares],
    };
  },
  get checks() {
    return listHitChecks();
  },
  async merge(database, batch) {
    const { run, counted, signal } = batch;
    if (counted === 0) return;
    const { sites, names, streams } = batch.contentTypes;
    const onStep = () => signal.throwIfAborted();
    await checkNewTypes(database, batch, [sites, names]);
    const aggregateSteps: readonly Step[] = [
      [sql.insertContentTypes, [sites, names]],
      [sql.stageContentTypes, [[...names.keys()], sites, names, streams, run]],
      [await chooseAggregate(database, counted)],
    ];
    await runSteps(database, aggregateSteps, onStep);
    const known = (await database.query(sql.countKnownDays)).rows[0];
    const mergeSteps: readonly Step[] = [
      [sql.aggregateObjects],
      [sql.insertNewDays],
      ...listIf(getNumber(known, 'known_days') > 0, [[sql.keepKnownDays], [sql.upsertKnownDays]]),
      ...listIf(batch.logsMeet, [[sql.keepSharedDays]]),
      ...listIf(streams.includes(null), [[sql.keepShares]]),
      [sql.insertNewObjects],
      ...listIf(getNumber(known, 'known_object_days') > 0, [[sql.updateKnownObjects]]),
      ...listRankSteps(),
      [sql.openMonths, [batch.months]],
    ];
    await runSteps(database, mergeSteps, onStep);
    await proveHits(database, counted - batch.robots);
  },
  async takeBack(database, taken) {
    const whose = [taken.runs, taken.streamId];
    // the days before the objects, whose first and last day depend on them
    const steps: readonly Step[] = [
      [sql.aggregateUndoneDays, whose],
      [sql.openUndoneMonths],
      [sql.stageUndoneTypes],
      [sql.subtractDays],
      [sql.deleteEmptyDays],
      [sql.aggregateUndoneObjects],
      [sql.updateRemainingObjects],
      [sql.deleteEmptyObjects],
      ...listRankSteps(),
      [sql.deleteEmptyTypes],
      [sql.deleteDeltas, whose],
      [sql.deleteShares, whose],
    ];
    await runSteps(database, steps, taken.onStep);
    return proveTakenBack(database, taken);
  },
  addUp: closeMonths,
  listTidySteps(run) {
    const whose = [[run], null];
    return [
      [sql.sumDeltas, [run]],
      [sql.deleteDeltas, whose],
      [sql.insertSummedDeltas],
      [sql.sumShares, [run]],
      [sql.deleteShares, whose],
      [sql.insertSummedShares],
    ];
  },
};

/** Lists the steps if they are needed. */
function listIf(isNeeded: boolean, steps: readonly Step[]): readonly Step[] {
  return isNeeded ? steps : [];
}

/** Lists the statements that make the ranks of types from the gains of their objects. */
function listRankSteps(): readonly Step[] {
  return [[sql.upsertObjectCounts], [sql.deleteEmptyHitCounts], [sql.updateRanks]];
}

/**
 * Recomputes all ranks, which follow from the totals of the objects.
 *
 * @returns how many rows of ranks were wrong, missing or too many
 */
export async function repairRanks(database: Database): Promise<number> {
  return database.transaction('writing', async () => {
    await lockMerges(database);
    const [first] = (await database.query(sql.compareRanks)).rows;
    if (first === undefined) return 0;
    await database.query(sql.deleteRanks);
    await database.query(sql.rebuildRanks);
    return getNumber(first, 'differences');
  });
}

/**
 * Chooses the statement that adds the staged hits up by object and day: by where the objects are, and whether the batch has few
 * hits compared with them.
 */
async function chooseAggregate(database: Database, counted: number): Promise<string> {
  const row = (await database.query(sql.estimateObjects)).rows[0];
  if (row?.['is_spread'] === true) return sql.aggregateSpreadDays;
  return counted * SMALL_SHARE < getNumber(row, 'objects') ? sql.aggregateFewDays : sql.aggregateDays;
}

async function checkNewTypes(database: Database, batch: Batch, columns: readonly unknown[]): Promise<void> {
  if (batch.allowNewTypes || batch.contentTypes.names.length <= MAX_NEW_TYPES) return;
  const newTypes = getNumber((await database.query(sql.countNewTypes, columns)).rows[0], 'new_types');
  if (newTypes <= MAX_NEW_TYPES) return;
  throw new InputError(`the lines name ${newTypes} new content types; nothing of them is counted`, {
    hint: 'are the last two fields content type and object id? --allow-new-types counts them all the same',
    exitCode: EXIT.held,
  });
}

/** Checks before COMMIT that the hits added to days and to totals are the lines that were counted. */
async function proveHits(database: Database, counted: number): Promise<void> {
  const row = (await database.query(sql.proveBatch)).rows[0];
  const dailyHits = getNumber(row, 'daily_hits');
  const objectHits = getNumber(row, 'object_hits');
  if (dailyHits === counted && objectHits === counted) return;
  throw new DatabaseError(
    `${counted} lines were counted, but ${dailyHits} hits would go to the days and ${objectHits} to the totals; nothing was stored`,
    { hint: 'this is a bug: please report it with these numbers' },
  );
}

/**
 * Checks before COMMIT that the hits taken from days and totals are the lines that were counted, and that each object's total
 * is the sum of its remaining days.
 */
async function proveTakenBack(database: Database, { what, hits }: Taken): Promise<number> {
  const row = (await database.query(sql.proveUndo)).rows[0];
  const dailyHits = getNumber(row, 'daily_hits');
  const objectHits = getNumber(row, 'object_hits');
  const wrongObjects = getNumber(row, 'wrong_objects');
  if (dailyHits === hits && objectHits === hits && wrongObjects === 0) return getNumber(row, 'objects');
  throw new DatabaseError(
    `${what} counted ${hits} hits, but ${dailyHits} would be taken from the days and ${objectHits} from the totals, and ${wrongObjects} objects would not agree with their days; nothing was undone`,
    { hint: 'logtally verify says what the tables disagree about' },
  );
}
