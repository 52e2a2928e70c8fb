/** Marks what has changed in a list since it was last looked at. */
import { formatCount } from './text.js';

/** `+12`, `-3`; an empty text if nothing has changed, or nothing is known of before. */
export function formatGain(count: number, before: number | undefined): string {
  if (before === undefined || count === before) return '';
  return count > before ? `+${formatCount(count - before)}` : formatCount(count - before);
}

/** `▲2`, `▼1`; `▲` if it was not in the list; an empty text if it has its rank still. */
export function formatMove(rank: number, before: number | undefined): string {
  if (before === undefined) return '▲';
  if (rank === before) return '';
  return rank < before ? `▲${formatCount(before - rank)}` : `▼${formatCount(rank - before)}`;
}

/** The style of either: what was lost is red, what was gained green. */
export function chooseMarkStyle(cell: string): 'red' | 'green' {
  return /^[-▼]/.test(cell) ? 'red' : 'green';
}
