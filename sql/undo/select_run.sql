-- Tells what a run counted.
-- Reads: logtally.run, batch. Writes: nothing. Parameters: $1 run.
-- Returns: one row or none; undone_at (text, null where it was not undone), batches, bytes, lines, counted.
-- May be repeated. Wants the merge lock: the run may be counting still.
select
  r.undone_at::text as undone_at,
  counted.batches,
  counted.bytes,
  counted.lines,
  counted.counted
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
