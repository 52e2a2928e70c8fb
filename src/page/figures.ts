/** What the page says of all its content types together: what it is about, the sums, and who made it. */
import type { ReportData } from '../report/report-shape.js';
import { toVisibleText } from '../visible-text.js';
import { makeAge } from './age.js';
import { findBest, type PageData, sum } from './data.js';
import { make, makeFacts, makeIsolated } from './dom.js';
import { listUncounted } from './movers-section.js';
import {
  formatChange,
  formatCount,
  formatDay,
  formatDays,
  formatNumberOf,
  formatStep,
  listFoldedNotes,
} from './words.js';

export function describeNothing({ lastDay }: ReportData): string {
  if (lastDay === null) return 'Nothing has been counted yet.';
  return `No hit was counted in this period. The last day with hits is ${formatDay(lastDay)}.`;
}

export function makeHeader({ report }: PageData): HTMLElement {
  const { period, site, countedUntil, watch } = report;
  const countedAt = watch?.countedAt ?? null;
  const end = countedUntil === null ? '' : `, counted only until ${formatDay(countedUntil)}`;
  const days = period === null ? 'Nothing counted' : formatDays(period) + end;
  const place = site === null ? [] : [' \u00b7 site ', makeIsolated(site)];
  return make(
    'header',
    { class: 'page-header' },
    make('h1', {}, toVisibleText(report.title)),
    make('p', { class: 'muted' }, days, ...place),
    ...(countedAt === null ? [] : [makeAge(countedAt)]),
  );
}

export function makeKeyFigures({ report, types }: PageData): HTMLElement {
  const { starts, step } = report;
  const hits = sum(types.map((type) => type.report.hits));
  const totals = starts.map((_, at) => sum(types.map((type) => type.steps[at] ?? 0)));
  const best = findBest(starts, totals);
  // a sum of some types says nothing about all of them
  const isCompared = types.every((type) => type.report.previousHits !== null);
  const previousHits = isCompared ? sum(types.map((type) => type.report.previousHits ?? 0)) : null;
  const notes = report.previous === null ? [] : listUncounted(report);
  return make(
    'section',
    { 'aria-label': 'Key figures' },
    makeFacts([
      ['Hits', formatCount(hits)],
      ['Against the period before', formatChange(hits, previousHits)],
      ['Objects with hits', formatCount(sum(types.map((type) => type.report.objectCount)))],
      [`Best ${step}`, best === null ? '' : formatStep(best.start, step)],
    ]),
    ...makeFoldedNote(report),
    ...makeRobotNote(report),
    ...notes.map((note) => make('p', { class: 'muted' }, ...note, ', so it is not compared.')),
  );
}

/** Says that a period has only some days of months whose days are folded. */
function makeFoldedNote({ foldedMonths }: ReportData): readonly HTMLElement[] {
  const notes = listFoldedNotes(foldedMonths, 'all hits of an object count on its first day');
  return notes.map((note) => make('p', { class: 'muted' }, note));
}

/** Says that hits of robots are left out. */
function makeRobotNote({ robots }: ReportData): readonly HTMLElement[] {
  if (robots === 0) return [];
  const text = `Objects are ranked by people: ${formatNumberOf(robots, 'hit')} of robots, of all sites and days, ${robots === 1 ? 'is' : 'are'} left out.`;
  return [make('p', { class: 'muted' }, text)];
}

export function makeFooter({ report }: PageData): HTMLElement {
  const [day = '', time = ''] = report.createdAt.split('T');
  return make(
    'footer',
    { class: 'muted' },
    make('p', {}, `Made by logtally ${report.version} on ${formatDay(day)} at ${time.slice(0, 5)} UTC.`),
  );
}
