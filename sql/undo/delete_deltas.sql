-- Removes what the run added, object by object, when it has been subtracted.
-- Reads: nothing. Writes: logtally.hit_delta. Parameters: $1 run. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.hit_delta
where run_id = $1::int;
