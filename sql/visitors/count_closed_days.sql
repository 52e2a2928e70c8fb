-- Counts the days of a batch that are closed: their key is destroyed.
-- Reads: logtally.visitor_key. Writes: nothing. Parameters: $1 sites, $2 days, arrays of equal length. Returns: one row; closed_days.
-- May be repeated. Needs the merge lock.
select count(*) as closed_days
from unnest($1::text[], $2::date[]) as used (site, day)
join logtally.visitor_key as stored
  on stored.site = used.site
  and stored.day = used.day
where stored.key is null;
