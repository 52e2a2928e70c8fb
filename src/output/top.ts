/** How a list of objects is told: a table for each content type, a JSON array, or comma-separated values. */
import type { TopObject } from '../report/top.js';
import { formatCsvRecord } from './csv.js';
import { type Column, formatTable } from './table.js';
import { formatCount } from './text.js';

export type TopFormat = 'text' | 'json' | 'csv';

const COLUMNS: readonly Column[] = [
  { title: 'rank', align: 'right' },
  { title: 'object', align: 'left' },
  { title: 'hits', align: 'right' },
  { title: 'first day', align: 'left' },
  { title: 'last day', align: 'left' },
];

const CSV_TITLES = ['site', 'content_type', 'rank', 'object_id', 'hits', 'first_hit_on', 'last_hit_on'];

/** @param objects in the order in which they are to be told, those of a content type together */
export function formatTop(objects: readonly TopObject[], format: TopFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(objects)}\n`;
    case 'csv':
      return formatCsvRecord(CSV_TITLES) + objects.map(toCsvRecord).join('');
    case 'text':
      return formatTables(objects);
  }
}

function toCsvRecord({ site, contentType, rank, objectId, hits, firstHitOn, lastHitOn }: TopObject): string {
  return formatCsvRecord([site, contentType, rank, objectId, hits, firstHitOn, lastHitOn]);
}

function formatTables(objects: readonly TopObject[]): string {
  if (objects.length === 0) return 'nothing has been counted yet\n';
  const hasSites = new Set(objects.map((object) => object.site)).size > 1;
  const groups = new Map<string, TopObject[]>();
  for (const object of objects) {
    const title = hasSites ? `${object.site}  ${object.contentType}` : object.contentType;
    groups.set(title, [...(groups.get(title) ?? []), object]);
  }
  return [...groups]
    .map(([title, group]) => `${title}\n${formatTable(COLUMNS, group.map(toCells))}`)
    .join('\n');
}

function toCells({ rank, objectId, hits, firstHitOn, lastHitOn }: TopObject): readonly string[] {
  return [formatCount(rank), objectId, formatCount(hits), firstHitOn, lastHitOn];
}
