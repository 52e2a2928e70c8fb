/** Formats what was pruned, or would be, as a few lines or as JSON. */
import type { Pruned, PrunedMonth } from '../summaries/pruning/prune.js';
import { LIMITS, type LimitKey, type Retention } from '../summaries/retention.js';
import { formatTable } from './table.js';
import { formatCount, formatJson, formatNumberOf } from './text.js';

interface PruneQuestion {
  readonly retention: Retention;
  readonly isDryRun: boolean;
}

/** One JSON object: `dryRun`, `retention`, `removed` (rows by table), `months`, `joined` and `waiting` (by limit). */
export function formatPrunedJson(
  { months, waiting }: Pruned,
  { retention, isDryRun }: PruneQuestion,
): string {
  return formatJson({
    dryRun: isDryRun,
    retention,
    removed: addUpTables(months),
    ...groupDone(months),
    waiting: groupMonths(waiting),
  });
}

/** A line for each limit, and the rows that each table has less. */
export function formatPrunedText(pruned: Pruned, { retention, isDryRun }: PruneQuestion): string {
  const { months, waiting } = pruned;
  const { months: done, joined } = groupDone(months);
  const left = groupMonths(waiting);
  const lines = LIMITS.flatMap(({ key, flag }) => {
    const days = retention[key];
    if (days === undefined) return [];
    return [
      `${flag} ${days}: ${formatMonths(done[key])}\n`,
      ...(joined[key] === undefined
        ? []
        : [`  rows of several runs become one, day by day: ${formatMonths(joined[key])}\n`]),
      ...(left[key] === undefined
        ? []
        : [`  has to wait until no run there can be undone: ${formatMonths(left[key])}\n`]),
    ];
  });
  const removed = Object.entries(addUpTables(months)).filter(([, rows]) => rows > 0);
  const columns = [
    { title: 'table', align: 'left' },
    { title: isDryRun ? 'rows that would go' : 'rows less', align: 'right' },
  ] as const;
  const table = formatTable(
    columns,
    removed.map(([name, rows]) => [name, formatCount(rows)]),
  );
  return `${lines.join('')}${removed.length === 0 ? '' : table}`;
}

/** `3 months, 2023-01 to 2023-03`; `nothing` for none. */
function formatMonths(months: readonly string[] = []): string {
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return 'nothing';
  const which = first === last ? first : `${first} to ${last}`;
  return `${formatNumberOf(months.length, 'month')}, ${which}`;
}

/** The months of which a limit has done what it promises, and those whose rows of several runs have become one. */
function groupDone(months: readonly PrunedMonth[]) {
  return {
    months: groupMonths(months.filter(({ isPromised }) => isPromised)),
    joined: groupMonths(months.filter(({ isPromised }) => !isPromised)),
  };
}

/** The months of each limit in their order, each once: `2023-04`. */
function groupMonths(
  months: readonly { readonly limit: LimitKey; readonly month: string }[],
): Readonly<Partial<Record<LimitKey, readonly string[]>>> {
  const limits = LIMITS.flatMap(({ key }) => {
    const own = months
      .filter(({ limit }) => limit === key)
      .map(({ month }) => month.slice(0, 'yyyy-mm'.length));
    return own.length === 0 ? [] : [[key, [...new Set(own)].toSorted()] as const];
  });
  return Object.fromEntries(limits);
}

/** The rows that each table has less. */
function addUpTables(months: readonly PrunedMonth[]): Readonly<Record<string, number>> {
  const tables: Record<string, number> = {};
  for (const { removed } of months)
    for (const [table, rows] of Object.entries(removed)) tables[table] = (tables[table] ?? 0) + rows;
  return tables;
}
