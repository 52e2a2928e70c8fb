-- Finds the days of sites that have visitors, or had some whose number alone is kept.
-- Reads: logtally.site_count, count_source. Writes: nothing. Parameters: $1 days, an array.
-- Returns: site, day (text).
-- May be repeated. Under the merge lock, before insert_sources.sql: what the batch itself has copied does not count.
-- A statement of its own: Citus takes no table that every node has into one that writes a table of the coordinator.
select distinct
  s.site,
  c.day::text as day
from logtally.site_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
-- the part visitor
where c.part = 8
  and (c.key1 is not null or c.key2 = 'total')
  and c.day = any($1::date[]);
