-- Lists the lines of a bucket that were counted from pipes.
-- Reads: logtally.piped_line. Writes: nothing. Parameters: $1 bucket.
-- Returns: run_id, marks as hex; the latest run first.
-- May be repeated. Locks nothing.
select
  run_id,
  encode(marks, 'hex') as marks
from logtally.piped_line
where bucket = $1::int
order by run_id desc;
