-- Adds up what a run has added to the summaries of an operator under the same keys and the same source.
-- Reads: logtally.own_count. Writes: pg_temp.summed_own_count.
-- Parameters: $1 the first number that a source of the run can have, $2 the last. Returns: nothing.
-- Once in each transaction, under the merge lock, after create_sums.sql.
insert into pg_temp.summed_own_count (source_id, day, summary, keys, sums)
select
  source_id,
  day,
  summary,
  keys,
  jsonb_object_agg(name, total)
from (
  select
    own.source_id,
    own.day,
    own.summary,
    own.keys,
    each_sum.name,
    -- a sum of which no row tells anything stays null
    to_jsonb(sum(each_sum.value::numeric)) as total
  from logtally.own_count as own
  cross join jsonb_each_text(own.sums) as each_sum (name, value)
  where own.source_id between $1::bigint and $2::bigint
  group by
    own.source_id,
    own.day,
    own.summary,
    own.keys,
    each_sum.name
) as totals
group by
  source_id,
  day,
  summary,
  keys;
