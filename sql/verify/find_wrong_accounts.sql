-- Finds the batches whose lines are not each in exactly one of counted, unattributed, filtered and rejected.
-- Reads: logtally.batch. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), batch_id, run_id, path, lines, accounted (the four added up).
-- May be repeated. Locks nothing.
select
  count(*) over () as differences,
  batch_id,
  run_id,
  path,
  lines,
  counted + unattributed + filtered + rejected as accounted
from logtally.batch
where lines <> counted + unattributed + filtered + rejected
  or least(counted, unattributed, filtered, rejected) < 0
order by batch_id
limit 10;
