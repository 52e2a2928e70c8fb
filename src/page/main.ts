/**
 * The report page: reads the data that the program wrote into it, and shows them. It sends no request, but for a page that is
 * written anew: that asks the web server that it came from for itself.
 */
import 'uplot/dist/uPlot.min.css';
import './page.css';
import './sections.css';
import './chart.css';
import './table.css';
import './object-dialog.css';
import './summaries.css';
import './media.css';
import { tellRefreshed } from './age.js';
import { recallDays } from './choice.js';
import { getDataElement, readPageData } from './data.js';
import { keepPlace } from './place.js';
import { keepFresh } from './refresh.js';
import { showPage } from './show-page.js';

/** Shows what the page holds, as the reader has chosen it. */
function show(data = readPageData(recallDays())): void {
  showPage(data, choose);
}

function choose(): void {
  keepPlace(() => show());
}

/** Takes the data of a newer page. @param json as the page holds them */
function takeData(json: string): void {
  const element = getDataElement();
  // who has marked a text wants to copy it: the next answer will do
  if (json === element.textContent || getSelection()?.isCollapsed === false) return;
  const { version } = readPageData().report;
  element.textContent = json;
  // of another program, whose script comes with it
  if (readPageData().report.version === version) choose();
  else location.reload();
}

const first = readPageData();
show(first);
const { watch } = first.report;
if (watch !== null && /^https?:$/.test(location.protocol))
  keepFresh({ seconds: watch.seconds, take: takeData, onTried: tellRefreshed });
