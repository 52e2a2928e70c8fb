-- Counts the runs that ended, by their exit code.
-- Reads: logtally.run. Writes: nothing. Parameters: none. Returns: exit_code, runs; in the order of exit codes.
-- May be repeated. Locks nothing.
select
  exit_code,
  count(*) as runs
from logtally.run
where exit_code is not null
group by exit_code
order by exit_code;
