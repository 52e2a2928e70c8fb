-- Tells whether requests were ever kept as rows.
-- Reads: logtally.batch. Writes: nothing. Parameters: none.
-- Returns: one row; was_kept.
-- May be repeated. Locks nothing.
select exists (
  select 1
  from logtally.batch
  where 'requests' = any(summaries)
) as was_kept;
