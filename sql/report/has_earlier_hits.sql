-- Tells whether content types have hits before a day.
-- Reads: logtally.object_hits_daily. Writes: nothing. Parameters: $1 numbers of the content types, $2 the day.
-- Returns: one row; has_hits.
-- May be repeated. Locks nothing.
select exists (
  select 1
  from logtally.object_hits_daily
  where content_type_id = any ($1::int[])
    and hit_on < $2::date
  -- Citus reads the rows before it looks whether there is one
  limit 1
) as has_hits;
