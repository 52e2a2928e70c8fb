/**
 * The statements of an operator's summary. They are put together from its file, as no file of the program can know its columns. Only names
 * and types that `definition.ts` has let through become part of them.
 */
import {
  isName,
  type OwnColumn,
  type OwnSummary,
  type OwnView,
  parseColumns,
  REQUEST_COLUMNS,
} from './definition.js';

/** Takes from the temporary table what a summary does not read; null if it reads everything. */
export function createNarrowing({ reads }: OwnSummary): string | null {
  const others = REQUEST_COLUMNS.filter((column) => !reads.includes(column));
  if (others.length === 0) return null;
  return `alter table pg_temp.request ${others.map((column) => `drop column ${column}`).join(', ')}`;
}

/** Adds up the staged requests of a log. $1 the source, $2 the name of the summary. */
export function createInsert(own: OwnSummary): string {
  return `${createHead(own)}${own.statement}
) as own (${[...own.keys, ...own.sums].map(({ name }) => name).join(', ')})`;
}

/**
 * Finds the line of a summary's file in which PostgreSQL sees a mistake.
 *
 * @param position of a character in what `createInsert` makes, from 1
 * @returns null if it is not in the statement of the file, nor at the parenthesis behind it
 */
export function findLine(own: OwnSummary, position: number): number | null {
  const at = position - 1 - Array.from(createHead(own)).length;
  const characters = Array.from(own.statement);
  if (!(at >= 0 && at <= characters.length + '\n) '.length)) return null;
  return own.firstLine + characters.slice(0, at).filter((character) => character === '\n').length;
}

function createHead({ keys, sums }: OwnSummary): string {
  const toObject = (columns: readonly OwnColumn[]) =>
    columns.length === 0
      ? "'{}'::jsonb"
      : `jsonb_build_object(${columns.map(({ name, type }) => `'${name}', own.${name}::${type}`).join(', ')})`;
  return `
insert into logtally.own_count (source_id, summary, day, keys, sums)
select $1::bigint, $2::text, own.day::date, ${toObject(keys.slice(1))}, ${toObject(sums)}
from (
`;
}

/** Makes the view that gives the columns of a summary their names and types. */
export function createView({ name, table, keys, sums }: OwnView): string {
  const ofKeys = keys.slice(1).map((key) => `(own.keys ->> '${key.name}')::${key.type} as ${key.name}`);
  const ofSums = sums.map(
    (sum) => `sum((own.sums ->> '${sum.name}')::${sum.type})::${sum.type} as ${sum.name}`,
  );
  const grouped = keys.map((_, at) => String(at + 1));
  return `
create view logtally.${table} as
select own.day, ${[...ofKeys, ...ofSums].join(', ')}
from logtally.own_count as own
where own.summary = '${name}'
group by ${grouped.join(', ')}`;
}

const MARK = 'logtally summary ';

/** What the comment of a view says, by which the program knows it again. */
export function describeView({ name, keys, sums }: OwnView): string {
  const toText = (columns: readonly OwnColumn[]) =>
    columns.map((each) => `${each.name} ${each.type}`).join(', ');
  return `${MARK}${name}: keys ${toText(keys)}; sums ${toText(sums)}`;
}

/** Whether a comment is one that the program gives its views. */
export function isDescription(comment: string | null): boolean {
  return comment?.startsWith(MARK) === true;
}

const DESCRIPTION = /^logtally summary ([a-z][a-z0-9_]{0,50}): keys (day date(?:, .*)?); sums (.*)$/;

/** Reads what `describeView` has written of a table; null if it says anything else. */
export function parseDescription(table: string, comment: string): OwnView | null {
  const [, name = '', ofKeys = '', ofSums = ''] = DESCRIPTION.exec(comment) ?? [];
  const keys = parseColumns(ofKeys, 'keys');
  const sums = parseColumns(ofSums, 'sums');
  if (keys === null || sums === null || !isName(table)) return null;
  return { name, table, keys, sums };
}

/** Removes a view that has other columns. */
export function createDrop({ table }: OwnView): string {
  return `drop view logtally.${table}`;
}

/** Writes that comment. */
export function createComment(own: OwnView): string {
  return `comment on view logtally.${own.table} is '${describeView(own)}'`;
}
