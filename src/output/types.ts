/** How content types and their sites are told: a table, a JSON array, or comma-separated values. */
import type { TypeTotal } from '../report/types.js';
import { formatCsvRecord } from './csv.js';
import { formatTypeName, NOTHING_COUNTED } from './names.js';
import { type Column, formatTable } from './table.js';
import { formatCount } from './text.js';

/** With what people call it; null where it has no other name. */
type NamedTotal = TypeTotal & { readonly name: string | null };

const COLUMNS: readonly Column[] = [
  { title: 'site', align: 'left' },
  { title: 'content type', align: 'left' },
  { title: 'objects', align: 'right' },
  { title: 'hits', align: 'right' },
  { title: 'first day', align: 'left' },
  { title: 'last day', align: 'left' },
];

const CSV_TITLES = ['site', 'content_type', 'name', 'objects', 'hits', 'first_hit_on', 'last_hit_on'];

/** A JSON array of `site, contentType, name, objects, hits, firstHitOn, lastHitOn`. */
export function formatTypesJson(types: readonly NamedTotal[]): string {
  const told = types.map(({ site, contentType, name, objects, hits, firstHitOn, lastHitOn }) => {
    return { site, contentType, name, objects, hits, firstHitOn, lastHitOn };
  });
  return `${JSON.stringify(told)}\n`;
}

/** A record for each content type of a site. */
export function formatTypesCsv(types: readonly NamedTotal[]): string {
  const records = types.map(({ site, contentType, name, objects, hits, firstHitOn, lastHitOn }) => {
    return [site, contentType, name ?? '', objects, hits, firstHitOn, lastHitOn];
  });
  return [CSV_TITLES, ...records].map(formatCsvRecord).join('');
}

/** A table. */
export function formatTypesText(types: readonly NamedTotal[]): string {
  if (types.length === 0) return `${NOTHING_COUNTED}\n`;
  const rows = types.map((type) => [
    ...[type.site, formatTypeName(type), formatCount(type.objects), formatCount(type.hits)],
    ...[type.firstHitOn, type.lastHitOn],
  ]);
  return formatTable(COLUMNS, rows);
}
