-- Tells whether a day has had no line for so long that its key is to be destroyed.
-- Reads: logtally.visitor_key. Writes: nothing. Parameters: $1 the time up to which a day's last line must have come. Returns: one row; has_old.
-- May be repeated. Locks nothing.
select exists (
  select 1
  from logtally.visitor_key
  where key is not null
    and day <> 'infinity'
    and last_line_at < $1::timestamptz
) as has_old;
