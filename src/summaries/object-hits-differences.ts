/** Makes a sentence of each difference that `verify` finds in the hits of objects. The sentences hold unchecked text of logs. */
import type { Row } from '../database/database.js';
import { getNumber, getNumberOrNull, getText, getTextOrNull } from '../database/values.js';

/** A row of compare_objects.sql. */
export function describeObject(row: Row): string {
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

/** A row of compare_ranks.sql. */
export function describeRank(row: Row): string {
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
export function describeSums(row: Row): string {
  return `all totals add up to ${getNumber(row, 'total_hits')} hits, the lines that were counted to ${getNumber(row, 'counted')}`;
}

/** A row of compare_runs.sql. */
export function describeRun(row: Row): string {
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
