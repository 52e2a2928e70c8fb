/** Formats the names of content types, periods and shares for a person. */
import type { Period } from '../report/period.js';
import { toVisibleText } from './text.js';

/** What every command that reads says of a database that holds nothing yet, or that is not there. */
export const NOTHING_COUNTED = 'nothing has been counted yet';

interface NamedType {
  readonly contentType: string;
  /** What people call it; null if it has no other name. */
  readonly name: string | null;
}

/** `photo (7)`, or `7` if it has no other name; safe to show. */
export function formatTypeName({ contentType, name }: NamedType): string {
  return toVisibleText(name === null ? contentType : `${name} (${contentType})`);
}

/** `2026-04-01 to 2026-04-30`, `since 2026-04-01`, `until 2026-04-30`; `all days` without bounds. */
export function formatPeriod({ since, until }: Period): string {
  if (since === null) return until === null ? 'all days' : `until ${until}`;
  if (until === null) return `since ${since}`;
  return since === until ? since : `${since} to ${until}`;
}

/** What becomes of hits and of requests in a folded month. */
const FOLDED = {
  hits: 'all hits of an object count on its first day of such a month',
  requests: 'all requests count on the first day of such a month',
};

/** What is said of folded months that a period has only some days of: `2023-04`; a line at most. */
export function listFoldedNotes(
  months: readonly string[],
  what: keyof typeof FOLDED = 'hits',
): readonly string[] {
  if (months.length === 0) return [];
  const which = months.length === 1 ? months[0] : `${months.slice(0, -1).join(', ')} and ${months.at(-1)}`;
  return [`the days of ${which} are folded: ${FOLDED[what]}`];
}

/** `31.4%`; what is above 0 is at least `<0.1%`. */
export function formatShare(share: number): string {
  return share > 0 && share < 0.0005 ? '<0.1%' : `${(share * 100).toFixed(1)}%`;
}
