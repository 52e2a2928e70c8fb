-- Forgets the ranges that the run counted, so that they can be counted again.
-- Reads: nothing. Writes: logtally.batch. Parameters: $1 run. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.batch
where run_id = $1::int;
