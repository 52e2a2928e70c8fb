-- Forgets which lines the run counted from pipes.
-- Reads: nothing. Writes: logtally.piped_line. Parameters: $1 run. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.piped_line
where run_id = $1::int;
