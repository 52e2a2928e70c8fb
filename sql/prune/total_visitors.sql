-- Stores how many visitors sites had on some days, in place of the visitors.
-- Reads: logtally.count_source. Reads, writes: logtally.site_count. Parameters: $1 days, an array. Returns: nothing.
-- Once before delete_visitors.sql, in its transaction: a repetition would count again. Under the merge lock, after
-- insert_folded_sources.sql, and only if no addition to the days is kept.
insert into logtally.site_count (part, source_id, day, key2, key3, requests)
select
  c.part,
  folded.source_id,
  c.day,
  'total',
  count(distinct c.key1)::text,
  sum(c.requests)::bigint
from logtally.site_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.count_source as folded
  on folded.site = s.site
where folded.addition_id = 0
  and folded.content_type_id is null
  and c.part = 8
  and c.day = any ($1::date[])
  and c.key1 is not null
group by
  c.part,
  folded.source_id,
  c.day;
