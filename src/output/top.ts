/** Formats a list of objects as a table for each content type, as a JSON array, or as comma-separated values. */
import type { Named } from '../report/labels.js';
import type { Top, TopObject, TopQuestion } from '../report/top.js';
import { formatBar, formatSparkline } from './bars.js';
import { chooseMarkStyle, formatGain, formatMove } from './marks.js';
import { formatPeriod, formatShare, formatTypeName, listFoldedNotes, NOTHING_COUNTED } from './names.js';
import { type FittingColumn, formatFittingTable, wrapWords } from './table.js';
import { paint, type Terminal } from './terminal.js';
import { formatCount, formatCsvRecord, formatJson, formatNumberOf, toVisibleText } from './text.js';

export type NamedTopObject = Named<TopObject>;

export interface NamedTop extends Top {
  readonly objects: readonly NamedTopObject[];
  /** The objects of the look before, if changes are marked. */
  readonly before?: readonly NamedTopObject[];
}

type TopColumn = FittingColumn<NamedTopObject>;

/** Characters of a bar that stands for the largest share of a table. */
const BAR_WIDTH = 10;

const CSV_TITLES = [
  ...['site', 'content_type', 'rank', 'object_id', 'hits', 'first_hit_on', 'last_hit_on'],
  ...['name', 'label', 'share', 'previous_hits'],
];

/** A JSON array of objects; their days are those of the sparkline. */
export function formatTopJson({ objects, sparkDays }: NamedTop): string {
  const told = objects.map(({ share, previousHits, days, name, label, ...object }) => ({
    ...object,
    ...{ name, label, share, previousHits },
    days: sparkDays.map((day, at) => ({ day, hits: days[at] ?? 0 })),
  }));
  return formatJson(told);
}

/** A record for each object. */
export function formatTopCsv({ objects }: NamedTop): string {
  const records = objects.map((object) => {
    const { site, contentType, rank, objectId, hits, firstHitOn, lastHitOn, share, previousHits } = object;
    return [
      ...[site, contentType, rank, objectId, hits, firstHitOn, lastHitOn],
      ...[object.name ?? '', object.label ?? '', share, previousHits ?? ''],
    ];
  });
  return [CSV_TITLES, ...records].map(formatCsvRecord).join('');
}

/** A table for each content type of a site, under the period if one was asked for. */
export function formatTopText(top: NamedTop, question: TopQuestion, terminal: Terminal): string {
  const robotNotes = listRobotNotes(top);
  const notes = [...listTopNotes(top, question), ...robotNotes];
  const wrap = (text: string) => text.replace(/.+/g, (line) => wrapWords(line, terminal.columns));
  if (top.lastDay === null) return `${wrap(robotNotes[0] ?? NOTHING_COUNTED)}\n`;
  const title = wrap(formatPeriods(top, notes));
  if (top.objects.length === 0) return `${(title + wrap(describeNoObject(top, question))).trimEnd()}\n`;
  const hasSites = new Set(top.objects.map((object) => object.site)).size > 1;
  const groups = new Map<string, NamedTopObject[]>();
  for (const object of top.objects) {
    const key = JSON.stringify([object.site, object.contentType]);
    const group = groups.get(key) ?? [];
    group.push(object);
    groups.set(key, group);
  }
  const tables = [...groups.values()].map((group) => {
    const columns = listColumns(top, group, terminal);
    return `${formatGroupName(group, hasSites)}\n${formatFittingTable(columns, group, terminal.columns)}`;
  });
  return title + tables.join('\n');
}

function formatGroupName([first]: readonly NamedTopObject[], hasSites: boolean): string {
  if (first === undefined) return '';
  const type = formatTypeName(first);
  return hasSites ? `${toVisibleText(first.site)}  ${type}` : type;
}

/** What a narrow terminal leaves out, first things first. */
const NARROW = { days: 1, bar: 2, sparkline: 3, share: 4 } as const;

function listColumns(
  top: NamedTop,
  group: readonly NamedTopObject[],
  terminal: Terminal,
): readonly TopColumn[] {
  const largest = group.reduce((most, { share }) => Math.max(most, share), 0);
  const days = top.sparkDays.length;
  const change: TopColumn = {
    ...{ title: 'change', align: 'right', whenNarrow: 'keep' },
    toCell: (object) => toChangeCell(object, top.period.since),
    paint: (cell) => paintChange(terminal, cell),
  };
  const sparkline: TopColumn = {
    ...{ title: days === 1 ? 'last day' : `last ${days} days`, align: 'left' },
    ...{ whenNarrow: NARROW.sparkline, toCell: (object) => formatSparkline(object.days) },
  };
  return [
    { title: 'rank', align: 'right', whenNarrow: 'keep', toCell: ({ rank }) => formatCount(rank) },
    { title: 'object', align: 'left', whenNarrow: 'cut', toCell: toObjectCell },
    { title: 'hits', align: 'right', whenNarrow: 'keep', toCell: ({ hits }) => formatCount(hits) },
    ...(top.before === undefined ? [] : listMarkColumns(top.before, terminal)),
    ...(group.every(({ previousHits }) => previousHits === null) ? [] : [change]),
    { title: 'share', align: 'right', whenNarrow: NARROW.share, toCell: ({ share }) => formatShare(share) },
    {
      ...{ title: '', align: 'left', whenNarrow: NARROW.bar },
      toCell: ({ share }) => formatBar(share, largest, BAR_WIDTH),
      paint: (cell) => paint(terminal, 'dim', cell),
    },
    ...(days === 0 ? [] : [sparkline]),
    { title: 'first day', align: 'left', whenNarrow: NARROW.days, toCell: ({ firstHitOn }) => firstHitOn },
    { title: 'last day', align: 'left', whenNarrow: NARROW.days, toCell: ({ lastHitOn }) => lastHitOn },
  ];
}

/** What has changed since the look before: hits, and the rank. */
function listMarkColumns(before: readonly NamedTopObject[], terminal: Terminal): readonly TopColumn[] {
  const known = new Map(before.map((object) => [toObjectKey(object), object]));
  const common = {
    ...({ align: 'right', whenNarrow: 'keep' } as const),
    paint: (cell: string) => paint(terminal, chooseMarkStyle(cell), cell),
  };
  const find = (object: NamedTopObject) => known.get(toObjectKey(object));
  return [
    { ...common, title: 'gained', toCell: (object) => formatGain(object.hits, find(object)?.hits) },
    { ...common, title: 'moved', toCell: (object) => formatMove(object.rank, find(object)?.rank) },
  ];
}

function toObjectKey({ site, contentType, objectId }: NamedTopObject): string {
  return JSON.stringify([site, contentType, objectId]);
}

/** `Sunset (1234)`, or `1234` if it has no label. */
function toObjectCell({ objectId, label }: NamedTopObject): string {
  return label === null ? objectId : `${label} (${objectId})`;
}

function toChangeCell({ hits, previousHits, firstHitOn }: NamedTopObject, since: string | null): string {
  if (previousHits === null) return '';
  return formatChange(hits, previousHits, since !== null && firstHitOn >= since);
}

/**
 * `+12 (+30%)`; without a percentage if there were none before.
 *
 * @param isFirst whether the object had no hits before the period at all, which is `new`
 */
export function formatChange(hits: number, previousHits: number, isFirst: boolean): string {
  if (isFirst) return 'new';
  const difference = formatDifference(hits - previousHits);
  if (previousHits === 0 || hits === previousHits) return difference;
  return `${difference} (${formatDifference(Math.round((hits / previousHits - 1) * 100))}%)`;
}

function formatDifference(difference: number): string {
  return difference > 0 ? `+${formatCount(difference)}` : formatCount(difference);
}

function paintChange(terminal: Terminal, cell: string): string {
  if (cell.startsWith('-')) return paint(terminal, 'red', cell);
  return cell.startsWith('0') ? cell : paint(terminal, 'green', cell);
}

/** Which months cannot be divided, and which sites not be compared, and why: a line for each, without its end. */
export function listTopNotes(top: NamedTop, { sort }: TopQuestion): readonly string[] {
  const { uncounted, previous, foldedMonths } = top;
  const folded = listFoldedNotes(foldedMonths);
  if (previous === null && sort === 'hits') return folded;
  const what = {
    hits: 'it is not compared',
    rising: 'what rises is not known',
    new: 'what is new is not known',
  }[sort];
  return [
    ...folded,
    ...uncounted.map((each) => `site ${toVisibleText(each.site)}: ${describeUncounted(each)}, so ${what}`),
  ];
}

/** What is said if objects are ranked by people. A program is not told: whoever runs it has asked for that. */
function listRobotNotes({ robots }: NamedTop): readonly string[] {
  if (robots === 0) return [];
  return [
    `objects are ranked by people: ${formatNumberOf(robots, 'hit')} of robots, of all sites and days, ${robots === 1 ? 'is' : 'are'} left out`,
  ];
}

function describeUncounted({ countedSince, gap }: Top['uncounted'][number]): string {
  if (gap === null) return `counted only since ${countedSince}`;
  const { since, until } = gap;
  return `nothing was counted ${since === until ? `on ${since}` : `from ${since} to ${until}`}`;
}

/** The lines above the tables, with an empty one; only the notes if all of time was asked for. */
function formatPeriods({ period, previous, countedUntil }: NamedTop, notes: readonly string[]): string {
  if (period.since === null && period.until === null) {
    return notes.length === 0 ? '' : [...notes, '', ''].join('\n');
  }
  const end = countedUntil === null ? '' : `, counted only until ${countedUntil}`;
  const compared = previous === null ? '' : `, compared with ${formatPeriod(previous)}`;
  return [`${formatPeriod(period)}${end}${compared}`, ...notes, '', ''].join('\n');
}

/** Nothing if the notes have said it. */
function describeNoObject({ period, lastDay, uncounted }: NamedTop, { sort }: TopQuestion): string {
  const isLater = lastDay !== null && period.since !== null && lastDay < period.since;
  if (sort === 'hits' || isLater) {
    return lastDay === null ? 'no hits' : `no hits; the last day with hits is ${lastDay}`;
  }
  if (uncounted.length > 0) return '';
  return sort === 'rising'
    ? 'no object has more hits than in the period before'
    : 'no object had its first hit in this period';
}
