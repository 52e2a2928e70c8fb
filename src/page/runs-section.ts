/** The account of the lines that the runs read. */
import type { RunDay } from '../report/report-shape.js';
import { toVisibleText } from '../visible-text.js';
import { sum } from './data.js';
import { make, makeFacts, makeSection } from './dom.js';
import { type Column, makeCountColumn, makeSortableTable } from './table.js';
import { formatCount } from './words.js';

const COUNTS = [
  ['lines', 'lines read'],
  ['counted', 'counted'],
  ['unattributed', 'without object'],
  ['filtered', 'filtered'],
  ['rejected', 'rejected'],
] as const;

export function makeRunsSection(runDays: readonly RunDay[]): HTMLElement {
  const sums = COUNTS.map(
    ([key, title]) => [title, formatCount(sum(runDays.map((day) => day[key])))] as const,
  );
  const columns: readonly Column<RunDay>[] = [
    {
      title: 'day of the run',
      look: 'day',
      isHeader: true,
      toCell: ({ day }) => day,
      toKey: ({ day }) => day,
      first: 'most',
    },
    { title: 'runs', look: 'number', toCell: ({ runs }) => formatCount(runs), toKey: ({ runs }) => runs },
    ...COUNTS.map(([key, title]) => makeCountColumn<RunDay>(title, (day) => day[key])),
    {
      title: 'rejected for',
      look: 'reasons',
      toCell: ({ reasons }) =>
        reasons.map(([reason, lines]) => `${toVisibleText(reason)} ${formatCount(lines)}`).join(', '),
    },
  ];
  const title = 'What the runs read';
  const table = makeSortableTable({
    caption: 'Lines of each day on which logs were read',
    name: title,
    columns,
    rows: runDays,
    sortedBy: 'day of the run',
  });
  return makeSection(
    'runs',
    title,
    make(
      'p',
      { class: 'muted' },
      'By the day (UTC) on which logs were read, of all sites, whatever days the lines are of.',
    ),
    ...(runDays.length === 0
      ? [make('p', {}, 'No run has read anything.')]
      : [makeFacts(sums), table.element]),
  );
}
