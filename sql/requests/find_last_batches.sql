-- Lists the last batches, by which whoever follows the requests sees that something was committed.
-- Reads: logtally.batch. Writes: nothing.
-- Parameters: $1 the batch behind which they are listed; the last one is listed in any case.
-- Returns: batch_id, run_id, committed_at (text); in order.
-- May be repeated. Locks nothing.
select
  batch_id,
  run_id,
  committed_at::text as committed_at
from logtally.batch
where batch_id >= least($1::bigint + 1, (select max(batch_id) from logtally.batch))
order by batch_id;
