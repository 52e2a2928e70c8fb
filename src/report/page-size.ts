/** Bounds what the page carries beside the period that it is about, in bytes: labels are of any length, and so are the ids of a log. */
import type { ReportData, TypeReport } from './report-shape.js';

/** The last days that a reader can choose. */
const MAX_LAST_DAYS_BYTES = 300_000;

/** The objects after the first ones, which a reader finds by search. */
const MAX_REST_BYTES = 100_000;

/** Leaves out the longest choices of last days, and of each type the objects with the fewest hits, if they are too much. */
export function boundPage(report: ReportData): ReportData {
  const types = report.types.filter(({ rest }) => rest.length > 0).length;
  const perType = Math.floor(MAX_REST_BYTES / Math.max(1, types));
  return {
    ...report,
    types: report.types.map((type): TypeReport => ({ ...type, rest: takeFirst(type.rest, perType) })),
    lastDays: takeFirst(report.lastDays, MAX_LAST_DAYS_BYTES),
  };
}

/** The first items that have so many bytes together, as JSON. */
function takeFirst<Item>(items: readonly Item[], maxBytes: number): readonly Item[] {
  let bytes = 0;
  const end = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    return bytes > maxBytes;
  });
  return end === -1 ? items : items.slice(0, end);
}
