/** Formats one object as a few lines with a chart, or as JSON. */
import type { Named } from '../report/labels.js';
import type { ObjectHistory } from '../report/objects.js';
import { earlierOf, laterOf } from '../report/period.js';
import { formatDayChart, groupDays } from './day-chart.js';
import { formatPeriod, formatTypeName, listFoldedNotes } from './names.js';
import type { Terminal } from './terminal.js';
import { formatCount, formatJson, toVisibleText } from './text.js';

/** One JSON object: all but the period, which was asked for, and the months that a note tells of. */
export function formatObjectJson({ period: _, foldedMonths: __, ...object }: Named<ObjectHistory>): string {
  return formatJson(object);
}

/** A few lines for a person, then a chart of its days. */
export function formatObjectText(object: Named<ObjectHistory>, terminal: Terminal): string {
  const { site, objectId, label, hits, rank, objects, firstHitOn, lastHitOn, bestDay, days } = object;
  const { period, countedSince } = object;
  const isOfAllTime = period.since === null && period.until === null;
  const seen = `${firstHitOn} to ${lastHitOn}`;
  const facts = [
    `${formatTypeName(object)} ${toVisibleText(objectId)} of site ${toVisibleText(site)}`,
    ...(label === null ? [] : [toVisibleText(label)]),
    isOfAllTime
      ? `hits  ${formatCount(hits)}, from ${seen}`
      : `hits  ${formatCount(hits)}, ${formatPeriod(period)}${formatCountedSince(countedSince)}`,
    // an object without hits in the period has no place among those that have some
    ...(hits === 0 ? [] : [`rank  ${formatCount(rank)} of ${formatCount(objects)}`]),
    ...(bestDay === null ? [] : [`best  ${formatCount(bestDay.hits)} on ${bestDay.day}`]),
    ...(isOfAllTime ? [] : [`seen  ${seen}`]),
    ...listShowNotes(object),
  ];
  // nothing is known of the days before, so they are not drawn as days without hits
  const since = countedSince ?? period.since ?? earlierOf(firstHitOn, period.until);
  const until = period.until ?? laterOf(lastHitOn, period.since);
  const chart = hits === 0 ? '' : `\n${formatDayChart(groupDays(days, { since, until }), terminal)}`;
  return `${facts.join('\n')}\n${chart}`;
}

/** What is not known of the period. */
export function listShowNotes({ foldedMonths }: ObjectHistory): readonly string[] {
  return listFoldedNotes(foldedMonths);
}

function formatCountedSince(day: string | null): string {
  return day === null ? '' : `, counted only since ${day}`;
}
