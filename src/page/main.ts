/** The report page: reads the data that the program wrote into it, and shows them. It sends no request. */
import 'uplot/dist/uPlot.min.css';
import './page.css';
import './sections.css';
import './chart.css';
import './table.css';
import './object-dialog.css';
import './summaries.css';
import './media.css';
import type { ReportData } from '../report/report-shape.js';
import { toVisibleText } from '../visible-text.js';
import { findBest, type PageData, readPageData, sum } from './data.js';
import { make, makeFacts, makeIsolated } from './dom.js';
import { makeHitsSection } from './hits-section.js';
import { listUncounted, makeMoversSection } from './movers-section.js';
import { addObjectDialog } from './object-dialog.js';
import { makeObjectsSection } from './objects-section.js';
import { makeRunsSection } from './runs-section.js';
import { makeSummarySections } from './summary-sections.js';
import {
  formatChange,
  formatCount,
  formatDay,
  formatDays,
  formatNumberOf,
  formatStep,
  listFoldedNotes,
} from './words.js';

/** Puts everything into one element, so that a page that a browser saved shows itself anew. */
function showPage(data: PageData): void {
  const { report } = data;
  const page = make('div', { id: 'page' });
  const main = make('main', { id: 'main' });
  const skip = make('a', { href: '#main', class: 'skip' }, 'Skip to the report');
  page.append(skip, makeHeader(data), main, makeFooter(data));
  if (data.types.length === 0) {
    main.append(make('p', { class: 'nothing' }, describeNothing(report)));
  } else {
    const open = addObjectDialog(data, page);
    main.append(
      makeKeyFigures(data),
      makeHitsSection(data),
      makeObjectsSection(data, open),
      makeMoversSection(data, open),
      ...makeSummarySections(data),
    );
  }
  main.append(makeRunsSection(report.runDays));
  document.getElementById('page')?.replaceWith(page);
}

function describeNothing({ lastDay }: ReportData): string {
  if (lastDay === null) return 'Nothing has been counted yet.';
  return `No hit was counted in this period. The last day with hits is ${formatDay(lastDay)}.`;
}

function makeHeader({ report }: PageData): HTMLElement {
  const { period, site, countedUntil } = report;
  const end = countedUntil === null ? '' : `, counted only until ${formatDay(countedUntil)}`;
  const days = period === null ? 'Nothing counted' : formatDays(period) + end;
  const place = site === null ? [] : [' \u00b7 site ', makeIsolated(site)];
  return make(
    'header',
    { class: 'page-header' },
    make('h1', {}, toVisibleText(report.title)),
    make('p', { class: 'muted' }, days, ...place),
  );
}

function makeKeyFigures({ report, types }: PageData): HTMLElement {
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

function makeFooter({ report }: PageData): HTMLElement {
  const [day = '', time = ''] = report.createdAt.split('T');
  return make(
    'footer',
    { class: 'muted' },
    make('p', {}, `Made by logtally ${report.version} on ${formatDay(day)} at ${time.slice(0, 5)} UTC.`),
  );
}

showPage(readPageData());
