/** How one object is told. */
import type { ObjectHistory } from '../report/objects.js';
import { formatTable } from './table.js';
import { formatCount, toVisibleText } from './text.js';

/** One JSON object: `site, contentType, objectId, hits, rank, objects, firstHitOn, lastHitOn, days`. */
export function formatObjectJson(object: ObjectHistory): string {
  const { site, contentType, objectId, hits, rank, objects, firstHitOn, lastHitOn, days } = object;
  return `${JSON.stringify({ site, contentType, objectId, hits, rank, objects, firstHitOn, lastHitOn, days })}\n`;
}

/** A few lines for a person, then a table of its days. */
export function formatObjectText(object: ObjectHistory): string {
  const { site, contentType, objectId, hits, rank, objects, firstHitOn, lastHitOn, days } = object;
  const facts = [
    `${contentType} ${toVisibleText(objectId)} of site ${toVisibleText(site)}`,
    `hits  ${formatCount(hits)}, from ${firstHitOn} to ${lastHitOn}`,
    `rank  ${formatCount(rank)} of ${formatCount(objects)}`,
  ];
  const table = formatTable(
    [
      { title: 'day', align: 'left' },
      { title: 'hits', align: 'right' },
    ],
    days.map((day) => [day.day, formatCount(day.hits)]),
  );
  return `${facts.join('\n')}\n\n${table}`;
}
