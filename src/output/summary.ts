/** Formats a summary beside the hits: a table for each of its lists, a JSON array, or comma-separated values. */
import type { Period } from '../report/period.js';
import type { KeptSummary } from '../report/summaries/summaries.js';
import type { ListName, SummaryList, SummaryName } from '../report/summaries/summary-shape.js';
import { formatPeriod, listFoldedNotes } from './names.js';
import { formatSummaryTable, listCells } from './summary-table.js';
import { wrapWords } from './table.js';
import type { Terminal } from './terminal.js';
import { formatCount, formatCsvRecord, formatJson, formatNumberOf } from './text.js';

/** What each list is, for a person. */
const TITLES: Readonly<Record<ListName, string>> = {
  status: 'methods and statuses',
  failed_path: 'paths that failed',
  host: 'where requests came from',
  page: 'pages of other sites',
  search_term: 'what people had searched for',
  audience: 'people and robots',
  browser: 'browsers of people',
  system: 'systems of people',
  device: 'devices of people',
  robot: 'robots',
  day: 'visitors by day',
  object: 'objects',
  network: 'networks of clients',
  country: 'countries of clients',
  hour: 'hours of the day',
  weekday: 'weekdays',
  weekday_hour: 'hours of each weekday',
};

/** Lists that only programs are told. */
const FOR_PROGRAMS: ReadonlySet<ListName> = new Set(['page', 'weekday_hour']);

/** A JSON array of all rows; each says which list it is of. */
export function formatSummaryJson({ lists }: KeptSummary): string {
  return formatJson(
    lists.flatMap((list) =>
      listCells(list).map((cells) => ({ list: list.name, ...Object.fromEntries(cells) })),
    ),
  );
}

/** A record for each row; the columns are those of all lists of the summary. */
export function formatSummaryCsv({ lists }: KeptSummary): string {
  const keys = [...new Set(lists.flatMap((list) => list.keys))];
  const columns = [...keys, ...new Set(lists.flatMap(({ values }) => values)), 'share'];
  const records = lists.flatMap((list) =>
    listCells(list).map((cells) => {
      const told = new Map<string, string | number | null>(cells);
      return [list.name, ...columns.map((column) => told.get(column) ?? '')];
    }),
  );
  return [['list', ...columns.map(toSnakeCase)], ...records].map(formatCsvRecord).join('');
}

/** `objectId` -> `object_id` */
function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A summary with the lists of the look before, if changes are marked. */
interface ShownSummary extends KeptSummary {
  readonly before?: readonly SummaryList[];
}

/** A table for each list, under the days that it is of. */
export function formatSummaryText(
  answer: ShownSummary,
  { period }: { readonly period: Period },
  terminal: Terminal,
): string {
  const { kept, days, lists } = answer;
  const notes = listSummaryNotes(answer, { period });
  const wrap = (text: string) => wrapWords(text, terminal.columns);
  if (kept === null || days === null) return `${notes.map(wrap).join('\n')}\n`;
  const head = `${formatPeriod(period)}; first day ${days.since}, last day ${days.until}; runs keep it since ${kept.since}`;
  const tables = lists
    .filter(({ name, rows }) => rows.length > 0 && !FOR_PROGRAMS.has(name))
    .map((list) => {
      const old =
        answer.before === undefined ? null : (answer.before.find((each) => isSameList(each, list)) ?? list);
      return `${wrap(formatTitle(list))}\n${formatSummaryTable(list, terminal, old)}`;
    });
  return [[...[head, ...notes].map(wrap), ''].join('\n'), ...tables].join('\n');
}

/** What a reader must know beside the numbers: why there are none, or what they lack. */
export function listSummaryNotes(
  { name, kept, days, otherDays, foldedMonths }: KeptSummary,
  { period }: { readonly period: Period },
): readonly string[] {
  if (kept === null) return [`${describeName(name)} were never kept; ${describeHowToKeep(name)}`];
  const { requests, without } = kept;
  const folded = listFoldedNotes(foldedMonths, 'requests');
  const lacking =
    without === 0
      ? folded
      : [
          ...folded,
          `${formatCount(without)} of ${formatNumberOf(requests, 'request')}, of all sites and days, were counted without it`,
        ];
  if (days !== null) return lacking;
  const other = otherDays === null ? '' : `; there are some of ${formatPeriod(otherDays)}`;
  return [`${formatPeriod(period)}: no ${describeName(name)}${other}`, ...lacking];
}

function isSameList(list: SummaryList, other: SummaryList): boolean {
  return list.name === other.name && list.values[0] === other.values[0];
}

function describeName(name: SummaryName): string {
  return name.replace('_', ' ');
}

function describeHowToKeep(name: SummaryName): string {
  return `'logtally ingest --summary ${name}', or on = ["${name}"] under [summaries] in logtally.toml, keeps them from then on`;
}

function formatTitle({ name, rows, total, count, values }: SummaryList): string {
  const shown =
    name === 'host' || count <= rows.length ? '' : `, ${formatCount(rows.length)} of ${formatCount(count)}`;
  if (name === 'day') {
    const last = shown === '' ? '' : `, the last ${formatCount(rows.length)} of ${formatCount(count)}`;
    return `${TITLES.day}${last}; all days: ${formatNumberOf(total, 'visitor-day')}`;
  }
  const by = values[0] === 'visitorDays' ? ' by visitor-days' : values[0] === 'bytes' ? ' by bytes' : '';
  return `${TITLES[name]}${by}${shown}`;
}
