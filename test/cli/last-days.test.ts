// The last days that the page offers are read together with each other. What they show must be what a report shows that is asked
// for these days alone.

import { addDays } from 'date-fns/addDays';
import { parseISO } from 'date-fns/parseISO';
import { describe, expect } from 'vitest';
import { createRandom, type Random } from '../../fixtures/random.js';
import type { Database } from '../../src/database/database.js';
import { connectPostgres } from '../../src/database/postgres.js';
import { toIsoDay } from '../../src/days.js';
import type { Period } from '../../src/report/period.js';
import { selectReport } from '../../src/report/report-data.js';
import type { PeriodReport } from '../../src/report/report-shape.js';
import { succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { toLines } from '../support/years.js';

const FIRST_DAY = parseISO('2023-10-03');
const TYPES = ['7', '9', 'photo'];

/** Hits of a few objects on random days. */
function makeLog(random: Random, lines: number, [from, to]: readonly [number, number]): string {
  const hits = Array.from({ length: lines }, () => {
    const day = toIsoDay(addDays(FIRST_DAY, from + random.below(to - from)));
    return [day, random.pick(TYPES), `${random.below(1 + random.below(12))}`] as const;
  });
  return toLines(hits.toSorted());
}

async function readReport(database: Database, site: string | null, period: Period) {
  const about = { title: '', version: '', createdAt: '', watchSeconds: null };
  return selectReport(database, { ...about, site, period, limit: 20, leftOut: new Set() });
}

/** What the page shows of a period, but the further objects that only the whole report has. */
function toShown({ types, ...report }: PeriodReport) {
  const { period, previous, recent, beforeRecent, countedUntil, uncounted, foldedMonths } = report;
  const { step, starts, stepsBefore, summaries } = report;
  return {
    ...{ period, previous, recent, beforeRecent, countedUntil, uncounted, foldedMonths },
    ...{ step, starts, stepsBefore, summaries, types: types.map((type) => ({ ...type, rest: [] })) },
  };
}

/** @returns how many days there were to choose */
async function checkLastDays(target: Target, site: string | null): Promise<readonly number[]> {
  const database = await connectPostgres(target.environment['DATABASE_URL'] ?? '', 0);
  try {
    const { lastDays } = await readReport(database, site, { since: null, until: null });
    for (const choice of lastDays) {
      const alone = await readReport(database, site, choice.period ?? { since: null, until: null });
      expect({ site, days: choice.days, ...toShown(choice) }).toEqual({
        ...{ site, days: choice.days },
        ...toShown(alone),
      });
      expect(choice.types.length).toBeGreaterThan(0);
    }
    return lastDays.map(({ days }) => days);
  } finally {
    await database.close();
  }
}

describe('the last days that a page offers', () => {
  it('are those of a report about them, for each site, in open, closed and folded months', async ({
    openTarget,
  }) => {
    const random = createRandom(17);
    const target = await openTarget('postgres');
    const ingest = (site: string, input: string) =>
      succeed(
        target,
        ['ingest', '--quiet', '--undo-days', '0', '--site', site, '--summary', 'statuses'],
        input,
      );
    await ingest('old', makeLog(random, 2000, [0, 800]));
    // counted for 150 days, so that the last 90 cannot be compared, and for 20
    await ingest('young', makeLog(random, 400, [650, 800]));
    await ingest('new', makeLog(random, 90, [780, 795]));
    // ends a year before the others
    await ingest('quiet', makeLog(random, 200, [300, 430]));
    const all = [null, 'old', 'young', 'new', 'quiet'];
    const expected = [[7, 30, 90, 365], [7, 30, 90, 365], [7, 30, 90], [7], [7, 30, 90]];
    for (const [at, site] of all.entries()) expect(await checkLastDays(target, site)).toEqual(expected[at]);
    await ingest('old', '');
    expect(await target.query('select count(*)::int as n from logtally.hit_month where is_closed')).toEqual([
      { n: 26 },
    ]);
    for (const [at, site] of all.entries()) expect(await checkLastDays(target, site)).toEqual(expected[at]);
    await succeed(target, ['prune', '--keep-days', '100']);
    for (const [at, site] of all.entries()) expect(await checkLastDays(target, site)).toEqual(expected[at]);
  }, 300_000);
});
