/** Puts names and labels into a report. */
import type { Database } from '../database/database.js';
import { selectLabels } from './labels.js';
import type { Names } from './names.js';
import type { ReportData, TypeReport } from './report-shape.js';

/** Runs the label queries, each in a transaction of its own that only reads. */
export async function nameReport(database: Database, names: Names, report: ReportData): Promise<ReportData> {
  const types: TypeReport[] = [];
  for (const type of report.types) {
    const { site, contentType, objects } = type;
    const objectIds = objects.map(([objectId]) => objectId);
    const labels = await selectLabels(database, names, { site, contentType, objectIds });
    types.push({
      ...type,
      name: names.get(site, contentType),
      objects: objects.map(([objectId, , ...rest]) => [objectId, labels.get(objectId) ?? null, ...rest]),
    });
  }
  return { ...report, types };
}
