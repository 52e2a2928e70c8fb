-- Lists the lines of buckets that were counted from pipes.
-- Reads: logtally.piped_line. Writes: nothing. Parameters: $1 buckets, an array.
-- Returns: bucket, run_id, marks as hex; the latest run first.
-- May be repeated. Locks nothing.
select
  bucket,
  run_id,
  encode(marks, 'hex') as marks
from logtally.piped_line
where bucket = any($1::int[])
order by run_id desc;
