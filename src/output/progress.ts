/** Progress bars on a terminal: bytes or rows, how fast, time left. Nothing anywhere else. */
import cliProgress, { type Options, SingleBar } from 'cli-progress';
import type { ExportProgress } from '../export/copy-table.js';
import type { Progress } from '../ingest/ingest.js';
import type { MessageStream } from './messages.js';
import { formatBytes, formatCount } from './text.js';

const REFRESH_MS = 200;

export interface ProgressBar {
  stop(): void;
}

/** A bar as all of them look. */
function createBar(messages: MessageStream, format: string): SingleBar {
  const bar = new SingleBar({
    stream: messages.output,
    format,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    noTTYOutput: false,
    etaBuffer: 50,
    formatTime: formatTimeLeft,
    // a message may have taken its place
    forceRedraw: true,
  });
  messages.watch(bar);
  return bar;
}

/** `01m20s left`; nothing if it is not known yet: then it is a text, such as `INF`. */
function formatTimeLeft(seconds: number | string, options: Options, roundTo: number): string {
  if (typeof seconds === 'string') return '';
  // rounded before: the library says `1m60s`
  const rounded = seconds > 60 ? Math.round(seconds / roundTo) * roundTo : seconds;
  return `${cliProgress.Format.TimeFormat(rounded, options, roundTo)} left`;
}

/** Shows how far the work has come; `totalBytes` are those of all inputs on disk, null if one is a pipe. */
export function startProgressBar(
  progress: Progress,
  totalBytes: number | null,
  messages: MessageStream,
): ProgressBar {
  const known = totalBytes !== null && totalBytes > 0;
  const bar = createBar(
    messages,
    known
      ? '{bar} {percentage}% of {size}  {lines} lines  {speed} lines/s  {eta_formatted}'
      : '{done} read  {lines} lines  {speed} lines/s',
  );
  const startedAt = performance.now();
  const describe = () => ({
    size: formatBytes(totalBytes ?? 0),
    done: formatBytes(progress.packedBytes),
    lines: formatCount(progress.lines),
    speed: formatCount(Math.round((progress.lines * 1000) / Math.max(1, performance.now() - startedAt))),
  });
  bar.start(known ? totalBytes : 1, 0, describe());
  return keepDrawing(bar, () =>
    bar.update(known ? Math.min(progress.packedBytes, totalBytes) : 0, describe()),
  );
}

/** Shows how many rows have been copied; nothing until it is known how many there are. */
export function startRowsBar(progress: ExportProgress, messages: MessageStream): ProgressBar {
  const bar = createBar(messages, '{bar} {percentage}% of {all} rows  {rows} copied  {eta_formatted}');
  let hasStarted = false;
  return keepDrawing(bar, () => {
    const { rows, totalRows } = progress;
    if (totalRows === null) return;
    if (!hasStarted) bar.start(totalRows, 0, { all: formatCount(totalRows), rows: '0' });
    hasStarted = true;
    bar.update(rows, { rows: formatCount(rows) });
  });
}

/** Draws until `stop` is called, which does nothing to a bar that has not started. */
function keepDrawing(bar: SingleBar, draw: () => void): ProgressBar {
  const timer = setInterval(draw, REFRESH_MS);
  return {
    stop() {
      clearInterval(timer);
      bar.stop();
    },
  };
}
