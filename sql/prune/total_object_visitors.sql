-- Stores how many visitors objects had on some days, in place of the visitors.
-- Reads: logtally.count_source. Reads, writes: logtally.object_count. Parameters: $1 days, an array. Returns: nothing.
-- Once before delete_object_visitors.sql, in its transaction: a repetition would count again. Under the merge lock, after
-- insert_folded_sources.sql, and only if no addition to the days is kept.
insert into logtally.object_count (part, source_id, object_id, day, key2, key3, requests)
select
  c.part,
  folded.source_id,
  c.object_id,
  c.day,
  'total',
  count(distinct c.key1)::text,
  sum(c.requests)::bigint
from logtally.object_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.count_source as folded
  on folded.content_type_id = s.content_type_id
where folded.addition_id = 0
  and c.part = 9
  and c.day = any ($1::date[])
  and c.key1 is not null
group by
  c.part,
  folded.source_id,
  c.object_id,
  c.day;
