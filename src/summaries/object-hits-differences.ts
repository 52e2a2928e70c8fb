/** What `verify` checks of the hits of objects, and a sentence for each difference that it finds. The sentences hold unchecked text of logs. */
import type { Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getNumberOrNull, getText, getTextOrNull } from '../database/values.js';
import type { Check } from './summary.js';

/** Lists what must be true of the tables. */
export function listHitChecks(): readonly Check[] {
  return [
    {
      name: 'totals are the sums of their days',
      statement: sql.compareObjects,
      describe: describeObject,
    },
    {
      name: 'closed months are the sums of their days',
      statement: sql.compareMonths,
      describe: describeMonth,
    },
    {
      name: 'content types have the hits of their objects in closed months',
      statement: sql.compareTypeDays,
      describe: describeTypeDay,
    },
    {
      name: 'only folded months have rows of several days',
      statement: sql.compareFoldedDays,
      describe: describeFoldedDays,
    },
    { name: 'ranks follow from the totals', statement: sql.compareRanks, describe: describeRank },
    { name: 'hits are the lines that were counted', statement: sql.compareSums, describe: describeSums },
    { name: 'runs can be undone exactly', statement: sql.compareRuns, describe: describeRun },
  ];
}

/** A row of compare_objects.sql. */
function describeObject(row: Row): string {
  const what = `'${getText(row, 'object_id')}' of ${describeType(row)}`;
  const total = getNumberOrNull(row, 'hit_count');
  const daily = getNumberOrNull(row, 'daily_hits');
  if (total === null) return `${what} has no total, its days add up to ${daily}`;
  if (daily === null) return `${what} has a total of ${total}, but no days`;
  if (total !== daily) return `${what} has a total of ${total}, its days add up to ${daily}`;
  const stored = `${getText(row, 'first_hit_on')} to ${getText(row, 'last_hit_on')}`;
  const days = `${getText(row, 'first_day')} to ${getText(row, 'last_day')}`;
  if (stored !== days) return `${what} is said to have hits from ${stored}, its days are from ${days}`;
  if (getNumber(row, 'fewest_hits') < 1)
    return `${what} has a day with ${getNumber(row, 'fewest_hits')} hits`;
  return `${what} has hits, but the dictionary has no such type`;
}

/** A row of compare_months.sql. */
function describeMonth(row: Row): string {
  const what = `'${getText(row, 'object_id')}' of ${describeType(row)}`;
  const month = getText(row, 'month_on').slice(0, -'-dd'.length);
  return `${what} has ${getNumber(row, 'stored_hits')} hits in ${month}, its days add up to ${getNumber(row, 'daily_hits')}`;
}

/** A row of compare_folded_days.sql. */
function describeFoldedDays(row: Row): string {
  const days = `${getText(row, 'hit_on')} to ${getText(row, 'folded_until')}`;
  return `'${getText(row, 'object_id')}' of ${describeType(row)} has one row from ${days}, which are no days of a folded month`;
}

/** A row of compare_type_days.sql. */
function describeTypeDay(row: Row): string {
  const what = `${describeType(row)} on ${getText(row, 'hit_on')}`;
  const stored = getNumberOrNull(row, 'stored_hits');
  const daily = getNumber(row, 'daily_hits');
  if (stored === null) return `${what} has ${daily} hits, but its month is not listed`;
  return `${what} has ${stored} hits, those of its objects add up to ${daily}`;
}

/** A row of compare_ranks.sql. */
function describeRank(row: Row): string {
  const what = `hit count ${getNumber(row, 'hit_count')} of ${describeType(row)}`;
  const storedObjects = getNumberOrNull(row, 'stored_objects');
  const storedRank = getNumberOrNull(row, 'stored_rank');
  const objects = getNumberOrNull(row, 'objects');
  const rank = getNumberOrNull(row, 'rank');
  if (storedRank === null) return `${what}: no rank is stored, ${rank} is right`;
  if (rank === null) return `${what}: rank ${storedRank} is stored, but no object has it`;
  const wrong: string[] = [];
  if (storedRank !== rank) wrong.push(`rank ${storedRank} is stored, ${rank} is right`);
  if (storedObjects !== objects)
    wrong.push(`${storedObjects} as the number of objects is stored, ${objects} is right`);
  return `${what}: ${wrong.join('; ')}`;
}

/** The row of compare_sums.sql. */
function describeSums(row: Row): string {
  return `all totals add up to ${getNumber(row, 'total_hits')} hits, the lines that were counted to ${getNumber(row, 'counted')}`;
}

/** A row of compare_runs.sql. */
function describeRun(row: Row): string {
  if (getNumberOrNull(row, 'run_id') === null)
    return `${getNumber(row, 'delta_hits')} hits are kept as what addition ${getNumber(row, 'addition_id')} added, but there is no such addition`;
  return `run ${getNumber(row, 'run_id')} counted ${getNumber(row, 'counted')} lines, but would be undone by ${getNumber(row, 'delta_hits')} hits`;
}

function describeType(row: Row): string {
  const site = getTextOrNull(row, 'site');
  const contentType = getTextOrNull(row, 'content_type');
  if (site === null || contentType === null) return `type number ${getNumber(row, 'content_type_id')}`;
  return `type '${contentType}' of site '${site}'`;
}
