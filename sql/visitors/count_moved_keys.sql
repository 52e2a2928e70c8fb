-- Counts the keys that a batch used although another one is stored: another run was first.
-- Reads: logtally.visitor_key. Writes: nothing. Parameters: $1 sites, $2 days, $3 keys (hexadecimal), arrays of equal length.
-- Returns: one row; moved_keys.
-- May be repeated. Needs the merge lock.
select count(*) as moved_keys
from unnest($1::text[], $2::date[], $3::text[]) as used (site, day, key)
join logtally.visitor_key as stored
  on stored.site = used.site
  and stored.day = used.day
where stored.key <> decode(used.key, 'hex');
