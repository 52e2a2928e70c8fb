/** Formats the result of an export as a table or as JSON. */
import type { ExportResult } from '../export/export.js';
import { countRows, getHits } from '../export/tables.js';
import { formatTable } from './table.js';
import { formatCount, formatJson, toVisibleText } from './text.js';

/** One JSON object: `state, source, target, rows, hits, seconds`, and `tables` with the rows of each. */
export function formatExportJson(result: ExportResult): string {
  const { state, source, target, tables } = result;
  return formatJson({
    state,
    source,
    target,
    rows: countRows(tables),
    hits: getHits(tables, 'object_hits'),
    seconds: Math.round(result.seconds * 1000) / 1000,
    tables: Object.fromEntries(tables.map(({ table, rows }) => [table, rows])),
  });
}

/** The rows of each table, and a line that says what was done. */
export function formatExportText(result: ExportResult): string {
  const { state, tables } = result;
  const target = toVisibleText(result.target);
  const all = `${formatCount(countRows(tables))} rows, ${formatCount(getHits(tables, 'object_hits'))} hits`;
  if (state === 'unchanged') return `nothing to do: ${target} has all ${all}\n`;
  const counts = formatTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows', align: 'right' },
    ],
    tables.map(({ table, rows }) => [table, formatCount(rows)]),
  );
  const what = state === 'copied' ? 'copied to' : 'brought up to date in';
  return `${counts}${all}, ${what} ${target} in ${result.seconds.toFixed(1)} s\n`;
}
