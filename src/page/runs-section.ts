/** The account of the lines: what the runs read, and what became of it. */

import type { RunDay } from '../report/report-shape.js';
import { toVisibleText } from '../visible-text.js';
import { make } from './dom.js';
import { makeFacts } from './object-dialog.js';
import { type Column, makeScroller, makeSortableTable } from './table.js';
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
    ([key, title]) => [title, formatCount(runDays.reduce((sum, day) => sum + day[key], 0))] as const,
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
    ...COUNTS.map(
      ([key, title]): Column<RunDay> => ({
        title,
        look: 'number',
        toCell: (day) => formatCount(day[key]),
        toKey: (day) => day[key],
        first: 'most',
      }),
    ),
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
    columns,
    rows: runDays,
    sortedBy: 'day of the run',
  });
  return make(
    'section',
    { 'aria-labelledby': 'runs' },
    make('h2', { id: 'runs' }, title),
    make(
      'p',
      { class: 'muted' },
      'By the day (UTC) on which logs were read, of all sites, whatever days the lines are of.',
    ),
    ...(runDays.length === 0
      ? [make('p', {}, 'No run has read anything.')]
      : [makeFacts(sums), makeScroller(table.element, title)]),
  );
}
