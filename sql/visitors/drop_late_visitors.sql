-- Makes the visitors that a batch has copied of closed days unknown: their hashes are of a key that nobody keeps.
-- Reads: logtally.visitor_key. Writes: logtally.site_count.
-- Parameters: $1 numbers of the sources of the batch, $2 their sites, arrays of equal length.
-- Returns: late_requests of each row that was changed.
-- May be repeated. Under the merge lock.
update logtally.site_count as counted
set
  key1 = null,
  key2 = 'late'
from unnest($1::bigint[], $2::text[]) as source (source_id, site)
join logtally.visitor_key as stored
  on stored.site = source.site
-- the part visitor
where counted.part = 8
  and counted.source_id = source.source_id
  and counted.day = stored.day
  and counted.key1 is not null
  and stored.key is null
returning counted.requests as late_requests;
