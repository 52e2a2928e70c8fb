-- Adds up the counts of objects in a month that several runs have made: one row for each key, at the first day of the month or, of some
-- parts, for each key and day.
-- Reads: logtally.count_source. Reads, writes: logtally.object_count.
-- Parameters: $1 first day of the month, $2 its last day, $3 parts whose days become one. Returns: nothing.
-- Once before delete_folded_object_counts.sql, in its transaction: a repetition would add again. Under the merge lock, after
-- insert_folded_sources.sql, and only if no addition to the month is kept.
insert into logtally.object_count (part, source_id, object_id, day, key1, key2, key3, requests, bytes)
select
  c.part,
  folded.source_id,
  c.object_id,
  case
    when c.part = any ($3::smallint[]) then $1::date
    else c.day
  end as folded_day,
  c.key1,
  c.key2,
  c.key3,
  sum(c.requests)::bigint,
  sum(c.bytes)::bigint
from logtally.object_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.count_source as folded
  on folded.site = s.site
  and folded.content_type_id is not distinct from s.content_type_id
where folded.addition_id = 0
  and c.day between $1::date and $2::date
  and (s.addition_id <> 0 or (c.part = any ($3::smallint[]) and c.day <> $1::date))
group by
  c.part,
  folded.source_id,
  c.object_id,
  folded_day,
  c.key1,
  c.key2,
  c.key3;
