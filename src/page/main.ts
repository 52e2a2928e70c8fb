/** The report page: reads the data that the program wrote into it, and shows it. It asks nobody for anything. */
import 'uplot/dist/uPlot.min.css';
import './page.css';
import './sections.css';
import './chart.css';
import './table.css';
import './object-dialog.css';
import './media.css';
import { type PageData, readPageData } from './data.js';
import { make, makeIsolated, toVisibleText } from './dom.js';
import { makeHitsSection } from './hits-section.js';
import { makeMoversSection } from './movers-section.js';
import { addObjectDialog, findBest, makeFacts } from './object-dialog.js';
import { makeObjectsSection } from './objects-section.js';
import { makeRunsSection } from './runs-section.js';
import { formatChange, formatCount, formatDay, formatDays, formatStep } from './words.js';

/** Puts everything into one element, so that a page that a browser saved shows itself anew. */
function showPage(data: PageData): void {
  const { report } = data;
  const page = make('div', { id: 'page' });
  const main = make('main', { id: 'main' });
  page.append(
    make('a', { href: '#main', class: 'skip' }, 'Skip to the report'),
    makeHeader(data),
    main,
    makeFooter(data),
  );
  if (data.types.length === 0) {
    main.append(make('p', { class: 'nothing' }, 'No hit was counted in this period.'));
  } else {
    const open = addObjectDialog(data, page);
    main.append(
      makeKeyFigures(data),
      makeHitsSection(data),
      makeObjectsSection(data, open),
      makeMoversSection(data, open),
    );
  }
  main.append(makeRunsSection(report.runDays));
  document.getElementById('page')?.replaceWith(page);
}

function makeHeader({ report }: PageData): HTMLElement {
  const { period, site } = report;
  const days = period === null ? 'Nothing counted' : formatDays(period);
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
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const hits = sum(types.map((type) => type.report.hits));
  const totals = starts.map((_, at) => sum(types.map((type) => type.steps[at] ?? 0)));
  const best = findBest(totals);
  const bestStart = best === null ? undefined : starts[best];
  const previousHits =
    report.previous === null ? null : sum(types.map((type) => type.report.previousHits ?? 0));
  return make(
    'section',
    { 'aria-label': 'Key figures' },
    makeFacts([
      ['Hits', formatCount(hits)],
      ['Against the period before', formatChange(hits, previousHits)],
      ['Objects with hits', formatCount(sum(types.map((type) => type.report.objectCount)))],
      [`Best ${step}`, bestStart === undefined ? '' : formatStep(bestStart, step)],
    ]),
  );
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
