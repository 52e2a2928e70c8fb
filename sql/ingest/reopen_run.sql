-- Says of a run that was taken back while it went on that it has counted something since: it can be taken back again.
-- Reads: nothing. Writes: logtally.run. Parameters: $1 run. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction that adds what the run has counted.
update logtally.run
set undone_at = null
where run_id = $1::int
  and undone_at is not null;
