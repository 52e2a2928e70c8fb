/** Formats what `undo` has taken back, as lines or as JSON. */
import type { UndoneRun } from '../ingest/storing/storing.js';
import { formatBytes, formatCount, formatJson, formatLines } from './text.js';

/** One JSON object: `run, hits, objects, lines, bytes, batches`. */
export function formatUndoJson({ run, hits, objects, lines, bytes, batches }: UndoneRun): string {
  return formatJson({ run, hits, objects, lines, bytes, batches });
}

/** Two lines for a person. */
export function formatUndoText({ run, hits, objects, lines, bytes }: UndoneRun): string {
  const what = `${formatCount(hits)} ${hits === 1 ? 'hit' : 'hits'}`;
  const whose = `${formatCount(objects)} ${objects === 1 ? 'object' : 'objects'}`;
  return `run ${run} is undone: ${what} of ${whose} taken back\nits ${formatLines(lines)}, ${formatBytes(bytes)}, can be counted again\n`;
}
