-- Adds up a month of the operator's summaries: one row for each key, at the first day of the month.
-- Reads: logtally.count_source. Reads, writes: logtally.own_count.
-- Parameters: $1 first day of the month, $2 its last day. Returns: nothing.
-- Once before delete_folded_own_counts.sql, in its transaction: a repetition would add again. Under the merge lock, after
-- insert_folded_sources.sql, and only if no addition to the month is kept.
insert into logtally.own_count (source_id, day, summary, keys, sums)
select
  source_id,
  $1::date,
  summary,
  keys,
  jsonb_object_agg(name, total)
from (
  select
    folded.source_id,
    own.summary,
    own.keys,
    each_sum.name,
    -- a sum of which no row tells anything stays null
    to_jsonb(sum(each_sum.value::numeric)) as total
  from logtally.own_count as own
  join logtally.count_source as s
    on s.source_id = own.source_id
  join logtally.count_source as folded
    on folded.site = s.site
    and folded.content_type_id is not distinct from s.content_type_id
  cross join jsonb_each_text(own.sums) as each_sum (name, value)
  where folded.addition_id = 0
    and own.day between $1::date and $2::date
    and (s.addition_id <> 0 or own.day <> $1::date)
  group by
    folded.source_id,
    own.summary,
    own.keys,
    each_sum.name
) as totals
group by
  source_id,
  summary,
  keys;
