// Reads the data out of a report as a browser does.

import type { ReportData } from '../../src/report/report-shape.js';

/** @throws Error where the page has no data */
export function readReportData(page: string): ReportData {
  const [, json] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  if (json === undefined) throw new Error('the page has no data');
  return JSON.parse(json);
}

/** Undoes `packCounts`. */
export function unpack(packed: readonly number[], length: number): readonly number[] {
  const counts = packed.flatMap((count) => (count < 0 ? Array.from({ length: -count }, () => 0) : [count]));
  return Array.from({ length }, (_, at) => counts[at] ?? 0);
}
