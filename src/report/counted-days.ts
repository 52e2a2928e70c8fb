/**
 * Finds since when a site is counted, and the last day with hits. Nothing records which days a log covered. So a site is taken as
 * counted from its first day with a hit of any content type on; later days without hits are quiet days.
 */
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getText, getTextOrNull } from '../database/values.js';
import { moveDay } from '../days.js';
import type { Period } from './period.js';
import { divideIntoParts, type HitMonth, readHitMonths, toSpanValues } from './period-parts.js';
import type { BoundedPeriod, UncountedSite } from './report-shape.js';
import type { TypeDays } from './steps.js';
import { readTypes } from './types.js';

interface SiteDays {
  readonly site: string;
  /** An array of the numbers of its content types, as the database takes it. */
  readonly types: unknown;
  /** The first day with hits within the days that were asked for; null if there is none. */
  readonly firstDay: string | null;
}

/**
 * Finds the sites for which the period before was not wholly counted: their first hits come after its first day, or it has no
 * hits of them at all. Sites without hits in both periods are left out.
 *
 * @param question `site` null for every site; `until` the last day of the period itself; `months` all that are listed
 * @param typeDays of both periods, if they were read; null if not
 */
export async function findUncountedSites(
  database: Database,
  question: {
    readonly site: string | null;
    readonly previous: BoundedPeriod;
    readonly until: string;
    readonly months: readonly HitMonth[];
  },
  typeDays: TypeDays | null,
): Promise<readonly UncountedSite[]> {
  const { site: wanted, previous, until, months } = question;
  const period = { since: previous.since, until };
  const sites =
    typeDays === null
      ? await findFirstDays(database, wanted, { ...period, months })
      : await listFirstDays(database, wanted, period, typeDays);
  const uncounted: UncountedSite[] = [];
  for (const { site, types, firstDay } of sites) {
    if (firstDay === null || firstDay <= previous.since) continue;
    if (firstDay > previous.until || !(await hasEarlierHits(database, types, previous.since))) {
      uncounted.push({ site, countedSince: firstDay, gap: await findGap(database, types, firstDay) });
    }
  }
  return uncounted;
}

/** Finds the first day with hits of a site; null if that day is not within the period and after its first day. */
export async function findCountedSince(
  database: Database,
  site: string,
  { since, until }: Period,
): Promise<string | null> {
  if (since === null) return null;
  const months = await readHitMonths(database);
  const [days] = await findFirstDays(database, site, { since, until: until ?? 'infinity', months });
  if (days === undefined || days.firstDay === since) return null;
  return (await hasEarlierHits(database, days.types, since)) ? null : days.firstDay;
}

async function findFirstDays(
  database: Database,
  site: string | null,
  { since, until, months }: BoundedPeriod & { readonly months: readonly HitMonth[] },
): Promise<readonly SiteDays[]> {
  const spans = toSpanValues(divideIntoParts({ since, until }, months));
  const { rows } = await database.query(sql.selectFirstDays, [site, since, until, ...spans]);
  return rows.map((row) => ({
    site: getText(row, 'site'),
    types: row['content_type_ids'],
    firstDay: getTextOrNull(row, 'first_hit_on'),
  }));
}

/** Finds in days that were read what `findFirstDays` reads. */
async function listFirstDays(
  database: Database,
  site: string | null,
  { since, until }: BoundedPeriod,
  { days, hits }: TypeDays,
): Promise<readonly SiteDays[]> {
  const types = await readTypes(database, { site, contentType: null });
  const sites = [...new Set(types.map((type) => type.site))];
  return sites.map((name) => {
    const ofSite = types.filter((type) => type.site === name).map(({ typeId }) => typeId);
    const hasHits = (day: string, at: number) =>
      day >= since && day <= until && ofSite.some((typeId) => (hits.get(typeId)?.[at] ?? 0) > 0);
    return { site: name, types: ofSite, firstDay: days.find(hasHits) ?? null };
  });
}

/** Finds the days without hits right before the first day; null if there are no hits before them. */
async function findGap(
  database: Database,
  types: SiteDays['types'],
  firstDay: string,
): Promise<BoundedPeriod | null> {
  const [row] = (await database.query(sql.selectLastDayBefore, [types, firstDay])).rows;
  const lastDay = row === undefined ? null : getTextOrNull(row, 'hit_on');
  // in a folded month it is not known how many days were quiet
  if (lastDay === null || lastDay >= moveDay(firstDay, -1)) return null;
  return { since: moveDay(lastDay, 1), until: moveDay(firstDay, -1) };
}

async function hasEarlierHits(database: Database, types: SiteDays['types'], day: string): Promise<boolean> {
  const { rows } = await database.query(sql.hasEarlierHits, [types, day]);
  return rows[0]?.['has_hits'] === true;
}

/** Finds the bounds of the period: a missing one is the first or the last day with hits. There must be a hit. */
export async function findBounds(
  database: Database,
  period: Period,
  types: readonly { readonly typeId: number }[],
): Promise<BoundedPeriod> {
  const { since, until } = period;
  if (since !== null && until !== null) return { since, until };
  const { rows } = await database.query(sql.selectReportBounds, [types.map((type) => type.typeId)]);
  return {
    since: since ?? getText(rows[0], 'first_hit_on'),
    until: until ?? getText(rows[0], 'last_hit_on'),
  };
}

/** Reads the last day with hits of content types, which is `knownDay` or later. */
export async function readLastDay(
  database: Database,
  types: readonly { readonly typeId: number }[],
  knownDay: string,
): Promise<string> {
  const typeIds = [...new Set(types.map(({ typeId }) => typeId))];
  const months = await readHitMonths(database);
  const folded = months.find(({ isFolded, until }) => isFolded && until > knownDay)?.since ?? 'infinity';
  const { rows } = await database.query(sql.selectLastDay, [typeIds, knownDay, folded]);
  return rows[0]?.['hit_on'] === null ? knownDay : getText(rows[0], 'hit_on');
}
