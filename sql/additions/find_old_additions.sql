-- Tells whether old runs can still be undone, which drop_old_additions.sql and delete_old_deltas.sql would end.
-- Reads: logtally.run, logtally.addition. Writes: nothing. Parameters: $1 days since the run started.
-- Returns: one row; has_old.
-- May be repeated. Locks nothing.
select exists (
  select 1
  from logtally.addition
  where is_kept
    and run_id in (
      select run_id
      from logtally.run
      where started_at < current_timestamp - make_interval(days => $1::int)
    )
) as has_old;
