/**
 * The statements of an operator's summary. They are put together from its file, as no file of the program can know its columns. Only names
 * and types that `definition.ts` has let through become part of them.
 */
import type { OwnColumn, OwnSummary } from './definition.js';

/** Adds up the staged requests of a log. $1 the source, $2 the name of the summary. */
export function createInsert({ keys, sums, statement }: OwnSummary): string {
  const names = [...keys, ...sums].map(({ name }) => name);
  const toObject = (columns: readonly OwnColumn[]) =>
    columns.length === 0
      ? "'{}'::jsonb"
      : `jsonb_build_object(${columns.map(({ name, type }) => `'${name}', own.${name}::${type}`).join(', ')})`;
  return `
insert into logtally.own_count (source_id, summary, day, keys, sums)
select $1::bigint, $2::text, own.day::date, ${toObject(keys.slice(1))}, ${toObject(sums)}
from (
${statement}
) as own (${names.join(', ')})`;
}

/** Makes the view that gives the columns of a summary their names and types. */
export function createView({ name, table, keys, sums }: OwnSummary): string {
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

/** What the comment of a view says, by which the program knows it again. */
export function describeView({ name, keys, sums }: OwnSummary): string {
  const toText = (columns: readonly OwnColumn[]) =>
    columns.map((each) => `${each.name} ${each.type}`).join(', ');
  return `logtally summary ${name}: keys ${toText(keys)}; sums ${toText(sums)}`;
}

/** Writes that comment. */
export function createComment(own: OwnSummary): string {
  return `comment on view logtally.${own.table} is '${describeView(own)}'`;
}
