-- Does for objects what drop_late_visitors.sql does for sites.
-- Reads: logtally.visitor_key. Writes: logtally.object_count.
-- Parameters: $1 numbers of the sources of the batch, $2 their sites, arrays of equal length. Returns: nothing.
-- May be repeated. Under the merge lock.
update logtally.object_count as counted
set
  key1 = null,
  key2 = 'late'
from unnest($1::bigint[], $2::text[]) as source (source_id, site)
join logtally.visitor_key as stored
  on stored.site = source.site
-- the part object_visitor
where counted.part = 9
  and counted.source_id = source.source_id
  and counted.day = stored.day
  and counted.key1 is not null
  and stored.key is null;
