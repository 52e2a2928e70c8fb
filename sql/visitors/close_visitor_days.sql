-- Destroys the keys of days that have had no line for long. From then on nobody can tell who their visitors were.
-- Reads, writes: logtally.visitor_key. Parameters: $1 the time up to which a day's last line must have come. Returns: nothing.
-- May be repeated. Under the merge lock. The old version of the row goes with the next VACUUM.
update logtally.visitor_key
set key = null
where key is not null
  and day <> 'infinity'
  and last_line_at < $1::timestamptz;
