-- Lists the lines of some buckets that other runs counted from pipes.
-- Reads: logtally.piped_line. Writes: nothing. Parameters: $1 first bucket, $2 last bucket, $3 run that is left out.
-- Returns: run_id, marks as hex; the latest run first.
-- May be repeated. Under the merge lock no further lines are added.
select
  run_id,
  encode(marks, 'hex') as marks
from logtally.piped_line
where bucket between $1::int and $2::int
  and run_id <> $3::int
order by run_id desc;
