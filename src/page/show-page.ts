/** The parts of the page, from the top down. */
import { toVisibleText } from '../visible-text.js';
import type { PageData } from './data.js';
import { make } from './dom.js';
import { describeNothing, makeFooter, makeHeader, makeKeyFigures } from './figures.js';
import { makeHitsSection } from './hits-section.js';
import { makeMoversSection } from './movers-section.js';
import { addObjectDialog } from './object-dialog.js';
import { makeObjectsSection } from './objects-section.js';
import { makeRunsSection } from './runs-section.js';
import { makeSummarySections } from './summary-sections.js';

/**
 * Puts everything into one element, so that a page that a browser saved shows itself anew.
 *
 * @param show shows the page anew, as the reader has chosen it
 */
export function showPage(data: PageData, show: () => void): void {
  let reopen = () => {};
  const { report } = data;
  const page = make('div', { id: 'page' });
  const main = make('main', { id: 'main' });
  const skip = make('a', { href: '#main', class: 'skip' }, 'Skip to the report');
  page.append(skip, makeHeader(data, show), main, makeFooter(data));
  if (data.types.length === 0) {
    main.append(make('p', { class: 'nothing' }, describeNothing(report)));
  } else {
    const { open, reopen: reopenDialog } = addObjectDialog(data, page);
    reopen = reopenDialog;
    main.append(
      makeKeyFigures(data),
      makeHitsSection(data),
      makeObjectsSection(data, open),
      makeMoversSection(data, open),
      ...makeSummarySections(data),
    );
  }
  if (report.runDays !== null) main.append(makeRunsSection(report.runDays));
  document.title = toVisibleText(report.title);
  document.getElementById('page')?.replaceWith(page);
  reopen();
}
