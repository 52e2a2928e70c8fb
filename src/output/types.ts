/** Formats content types and their sites as a table or as comma-separated values. */
import type { TypeTotal } from '../report/types.js';
import { formatCsvRecord } from './csv.js';
import { formatTypeName, NOTHING_COUNTED } from './names.js';
import { type CellColumn, formatItems } from './table.js';
import { formatCount } from './text.js';

/** With what people call it; null if it has no other name. */
type NamedTotal = TypeTotal & { readonly name: string | null };

const COLUMNS: readonly CellColumn<NamedTotal>[] = [
  { title: 'site', align: 'left', toCell: ({ site }) => site },
  { title: 'content type', align: 'left', toCell: formatTypeName },
  { title: 'objects', align: 'right', toCell: ({ objects }) => formatCount(objects) },
  { title: 'hits', align: 'right', toCell: ({ hits }) => formatCount(hits) },
  { title: 'first day', align: 'left', toCell: ({ firstHitOn }) => firstHitOn },
  { title: 'last day', align: 'left', toCell: ({ lastHitOn }) => lastHitOn },
];

const CSV_TITLES = ['site', 'content_type', 'name', 'objects', 'hits', 'first_hit_on', 'last_hit_on'];

/** A record for each content type of a site. */
export function formatTypesCsv(types: readonly NamedTotal[]): string {
  const records = types.map(({ site, contentType, name, objects, hits, firstHitOn, lastHitOn }) => {
    return [site, contentType, name ?? '', objects, hits, firstHitOn, lastHitOn];
  });
  return [CSV_TITLES, ...records].map(formatCsvRecord).join('');
}

/** A table. */
export function formatTypesText(types: readonly NamedTotal[]): string {
  return types.length === 0 ? `${NOTHING_COUNTED}\n` : formatItems(COLUMNS, types);
}
