-- Tells what a run counted, and what is kept to undo it with.
-- Reads: logtally.run, batch, hit_delta. Writes: nothing. Parameters: $1 run.
-- Returns: one row or none; undone_at (text, null where it was not undone), batches, bytes, lines, counted, deltas
-- (rows kept of it).
-- May be repeated. Wants the merge lock: the run may be counting still.
select
  r.undone_at::text as undone_at,
  counted.batches,
  counted.bytes,
  counted.lines,
  counted.counted,
  (
    select count(*)
    from logtally.hit_delta
    where run_id = $1::bigint
  ) as deltas
from logtally.run as r
cross join (
  select
    count(*) as batches,
    coalesce(sum(end_byte - start_byte), 0)::bigint as bytes,
    coalesce(sum(lines), 0)::bigint as lines,
    coalesce(sum(counted), 0)::bigint as counted
  from logtally.batch
  where run_id = $1::bigint
) as counted
where r.run_id = $1::bigint;
