/** Hits of each step of a period: of content types, and of single objects. */
import type { Database, Row } from '../database/database.js';
import { sql } from '../database/sql.js';
import { getNumber, getText } from '../database/values.js';
import type { ReportPeriod } from './report-shape.js';
import { chooseStep, listSteps } from './steps.js';

/** By the number of the content type; a type without hits is left out. */
export async function readTypeSteps(
  database: Database,
  typeIds: readonly number[],
  period: ReportPeriod,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const values = [typeIds, period.since, period.until, chooseStep(period)];
  const { rows } = await database.query(sql.selectReportTypeSteps, values);
  return collect(rows, 'content_type_id', period);
}

/** In the order of the ids. */
export async function readObjectSteps(
  database: Database,
  typeId: number,
  objectIds: readonly string[],
  period: ReportPeriod,
): Promise<readonly (readonly number[])[]> {
  const types = objectIds.map(() => typeId);
  const values = [types, objectIds, period.since, period.until, chooseStep(period)];
  const { rows } = await database.query(sql.selectReportObjectSteps, values);
  const steps = collect(rows, 'place', period);
  return objectIds.map((_, at) => steps.get(at + 1) ?? []);
}

function collect(rows: readonly Row[], key: string, period: ReportPeriod): Map<number, number[]> {
  const starts = listSteps(period, chooseStep(period));
  const columns = new Map(starts.map((start, at) => [start, at]));
  const collected = new Map<number, number[]>();
  for (const row of rows) {
    const owner = getNumber(row, key);
    const counts = collected.get(owner) ?? starts.map(() => 0);
    const at = columns.get(getText(row, 'step_on'));
    if (at !== undefined) counts[at] = getNumber(row, 'hit_count');
    collected.set(owner, counts);
  }
  return collected;
}
