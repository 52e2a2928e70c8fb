/** A progress bar on a terminal while rows are copied. */
import type { SingleBar } from 'cli-progress';
import type { ExportProgress } from '../export/watch.js';
import type { MessageStream } from './messages.js';
import { createBar, type ProgressBar, REFRESH_MS } from './progress.js';
import { formatCount } from './text.js';

/** Shows how many rows have been copied until `stop` is called; nothing until it is known how many there are. */
export function startRowsBar(progress: ExportProgress, messages: MessageStream): ProgressBar {
  let bar: SingleBar | null = null;
  const timer = setInterval(() => {
    if (progress.totalRows === null) return;
    bar ??= startBar(progress.totalRows, messages);
    bar.update(progress.rows, { rows: formatCount(progress.rows) });
  }, REFRESH_MS);
  return {
    stop() {
      clearInterval(timer);
      bar?.stop();
    },
  };
}

function startBar(totalRows: number, messages: MessageStream): SingleBar {
  const bar = createBar(messages, '{bar} {percentage}% of {all} rows  {rows} copied  {eta_formatted}');
  bar.start(totalRows, 0, { all: formatCount(totalRows), rows: '0' });
  return bar;
}
