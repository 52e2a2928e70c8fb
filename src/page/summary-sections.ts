/** What the summaries beside the hits say: a section for each that has something of the period. */
import type { SummaryName, SummaryReport } from '../report/summaries/summary-shape.js';
import { type PageData, unpackCounts } from './data.js';
import { type Child, make, makeSection } from './dom.js';
import { makeHistory, makeLegend } from './hits-section.js';
import { makeHours } from './hours.js';
import { makeSummaryList } from './summary-list.js';
import { formatCount, formatDay, formatDays, formatNumberOf, listFoldedNotes } from './words.js';

const TITLES: Readonly<Record<SummaryName, string>> = {
  statuses: 'Statuses',
  referrers: 'Referrers',
  search_terms: 'Search terms',
  agents: 'Browsers and robots',
  visitors: 'Visitors',
  clients: 'Clients',
  hours: 'Hours',
  bytes: 'Bytes',
};

/** In pixels. */
const CHART_HEIGHT = 180;

export function makeSummarySections(data: PageData): readonly HTMLElement[] {
  return data.report.summaries.map((summary) => {
    const { name } = summary;
    return makeSection(
      `summary-${name.replace('_', '-')}`,
      TITLES[name],
      ...listNotes(summary, data).map((note) => make('p', { class: 'muted' }, note)),
      ...makeChartOf(summary, data),
      ...(name === 'hours' ? makeHours(summary) : [makeLists(summary)]),
    );
  });
}

/** The lists, two beside each other if they have few and short columns. */
function makeLists({ name, lists }: SummaryReport): HTMLElement {
  const shown = lists.filter(({ rows }) => rows.length > 0).map(makeSummaryList);
  return make('div', { class: name === 'agents' ? 'summary-lists columns' : 'summary-lists' }, ...shown);
}

/** A chart from the first step that is kept to the last: what is not known is not drawn as nothing. */
function makeChartOf({ name, series, days }: SummaryReport, { report }: PageData): readonly Child[] {
  if (series.length === 0 || days === null) return [];
  const { starts, step } = report;
  const first = Math.max(
    0,
    starts.findLastIndex((start) => start <= days.since),
  );
  const end = starts.findLastIndex((start) => start <= days.until) + 1;
  const shown = series.map(({ title, counts }) => ({
    title,
    counts: unpackCounts(counts, starts.length).slice(first, end),
  }));
  const isVisitors = name === 'visitors';
  const options = isVisitors
    ? { total: shown[0]?.title ?? 'visitors', thing: step === 'day' ? 'visitor' : 'visitor-day' }
    : { total: 'all', thing: 'request' };
  const title = `${TITLES[name]} by ${step}`;
  return [
    ...(isVisitors ? [] : [makeLegend(shown)]),
    ...makeHistory(
      { ...report, starts: starts.slice(first, end) },
      { ...options, title, series: shown, before: null, height: CHART_HEIGHT },
    ),
  ];
}

/** Which days it is of, if these are not all days with hits, and what it lacks. */
function listNotes(
  { name, days, foldedMonths, kept, lackingSteps, lists }: SummaryReport,
  { report }: PageData,
): readonly string[] {
  const { period, countedUntil, step } = report;
  const isWhole =
    period !== null && days?.since === period.since && days.until === (countedUntil ?? period.until);
  const visitors = lists.find(({ values }) => values[0] === 'visitorDays');
  return [
    ...(isWhole || days === null ? [] : [`${formatDays(days)}.`]),
    ...listFoldedNotes(foldedMonths, 'all requests count on the first day'),
    ...(lackingSteps === 0 ? [] : [`Nothing was kept of ${formatNumberOf(lackingSteps, step)} with hits.`]),
    ...(kept.without === 0
      ? []
      : [
          `Runs keep it since ${formatDay(kept.since)}: ${formatCount(kept.without)} of ${formatNumberOf(kept.requests, 'request')}, of all sites and days, were counted without it.`,
        ]),
    ...(visitors === undefined || name !== 'visitors'
      ? []
      : [
          `${formatNumberOf(visitors.total, 'visitor-day')}: visitors are told apart within a day, so who came on two days is counted twice. Robots are no visitors.`,
        ]),
  ];
}
