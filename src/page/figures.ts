/** What the page says of all its content types together: what it is about, the sums, and who made it. */
import type { ReportData } from '../report/report-shape.js';
import { toVisibleText } from '../visible-text.js';
import { makeAge } from './age.js';
import { makeChoice } from './choice.js';
import { findBest, type PageData, sum } from './data.js';
import { make, makeFacts, makeIsolated } from './dom.js';
import { listUncounted } from './movers-section.js';
import {
  formatBest,
  formatChange,
  formatCount,
  formatDay,
  formatDays,
  formatNumberOf,
  formatTime,
  listFoldedNotes,
} from './words.js';

export function describeNothing({ lastDay }: ReportData): string {
  if (lastDay === null) return 'Nothing has been counted yet.';
  return `No hit was counted in this period. The last day with hits is ${formatDay(lastDay)}.`;
}

/** @param show shows the page anew, as the reader has chosen it */
export function makeHeader(data: PageData, show: () => void): HTMLElement {
  const { report } = data;
  const { period, site, watch } = report;
  const countedAt = watch === null ? null : report.countedAt;
  const days = period === null ? 'Nothing counted' : `${formatDays(period)}${describeEnd(report)}`;
  const place = site === null ? [] : [' \u00b7 site ', makeIsolated(site)];
  return make(
    'header',
    { class: 'page-header' },
    make('h1', {}, toVisibleText(report.title)),
    make('p', { class: 'muted' }, days, ...place),
    ...(countedAt === null ? [] : [makeAge(countedAt)]),
    ...makeChoice(data, show),
  );
}

/** What is missing of a period: `, counted only until 12 April 2026, a day that is not over`; empty if nothing is. */
function describeEnd(report: ReportData): string {
  const { period, countedUntil } = report;
  const isOver = !hasUnfinishedDay(report);
  if (countedUntil !== null) {
    return `, counted only until ${formatDay(countedUntil)}${isOver ? '' : ', a day that is not over'}`;
  }
  if (isOver) return '';
  return period?.since === period?.until ? ', a day that is not over' : '; the last day is not over';
}

function hasUnfinishedDay({ period, countedUntil, unfinishedDay }: ReportData): boolean {
  return unfinishedDay !== null && unfinishedDay === (countedUntil ?? period?.until);
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
      [report.countedUntil === null && !hasUnfinishedDay(report) ? 'Hits' : 'Hits so far', formatCount(hits)],
      ['Against the period before', formatChange(hits, previousHits)],
      ['Objects with hits', formatCount(sum(types.map((type) => type.report.objectCount)))],
      [`Best ${step}`, formatBest(best, step)],
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

/** One line: what was counted, until when, and who says so. */
export function makeFooter({ report, types }: PageData): HTMLElement {
  const { period, countedUntil, countedAt, createdAt, version } = report;
  const hits = formatNumberOf(sum(types.map((type) => type.report.hits)), 'hit');
  const objects = formatNumberOf(sum(types.map((type) => type.report.objectCount)), 'object');
  const read = countedAt === null ? '' : `, from logs read until ${formatTime(countedAt)}`;
  const counted =
    period === null
      ? 'Nothing was counted.'
      : `${hits} of ${objects}, counted until ${formatDay(countedUntil ?? period.until)}${read}.`;
  return make(
    'footer',
    { class: 'muted' },
    make('p', {}, `${counted} Made by logtally ${version} on ${formatTime(createdAt)}.`),
  );
}
