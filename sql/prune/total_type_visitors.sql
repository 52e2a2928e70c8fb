-- Stores how many visitors content types had on some days. Their requests stay with the objects.
-- Reads: logtally.object_count, count_source. Writes: logtally.site_count. Parameters: $1 days, an array. Returns: nothing.
-- Once before delete_object_visitors.sql, in its transaction: a repetition would count again. Under the merge lock, after
-- insert_folded_sources.sql, and only if no addition to the days is kept.
insert into logtally.site_count (part, source_id, day, key2, key3, requests)
select
  8,
  folded.source_id,
  c.day,
  'total',
  count(distinct c.key1)::text,
  0
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
  folded.source_id,
  c.day;
