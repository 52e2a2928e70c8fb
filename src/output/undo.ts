/** How an undone run is told. */
import type { UndoneRun } from '../ingest/storing/undo/undo.js';
import { formatBytes, formatCount, formatLines } from './text.js';

/** One JSON object: `run, hits, objects, lines, bytes, batches`. */
export function formatUndoJson({ run, hits, objects, lines, bytes, batches }: UndoneRun): string {
  return `${JSON.stringify({ run, hits, objects, lines, bytes, batches })}\n`;
}

/** Two lines for a person. */
export function formatUndoText({ run, hits, objects, lines, bytes }: UndoneRun): string {
  const what = `${formatCount(hits)} ${hits === 1 ? 'hit' : 'hits'}`;
  const whose = `${formatCount(objects)} ${objects === 1 ? 'object' : 'objects'}`;
  return `run ${run} is undone: ${what} of ${whose} taken back\nits ${formatLines(lines)}, ${formatBytes(bytes)}, can be counted again\n`;
}
