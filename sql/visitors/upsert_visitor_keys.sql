-- Stores the keys that a batch used and that are not there yet, and says that the days have had a line. A destroyed key stays so.
-- Reads, writes: logtally.visitor_key.
-- Parameters: $1 sites, $2 days, $3 keys (hexadecimal), arrays of equal length, $4 the time. Returns: nothing.
-- May be repeated. Under the merge lock, after count_moved_keys.sql and reopen_visitor_days.sql.
insert into logtally.visitor_key as stored (site, day, key, last_line_at)
select
  site,
  day,
  decode(key, 'hex'),
  $4::timestamptz
from unnest($1::text[], $2::date[], $3::text[]) as used (site, day, key)
on conflict (site, day) do update
set last_line_at = excluded.last_line_at;
