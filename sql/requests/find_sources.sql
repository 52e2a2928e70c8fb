-- Lists the sources of the requests that some runs have committed. A source has the number of its run times 2^32, and on from there.
-- Reads: logtally.count_source, run. Writes: nothing.
-- Parameters: $1 runs, an array, $2 whether all runs that have not finished as well.
-- Returns: run_id, source_id.
-- May be repeated. Locks nothing.
select
  r.run_id,
  s.source_id
from logtally.run as r
join logtally.count_source as s
  on s.source_id >= r.run_id * 4294967296
  and s.source_id < (r.run_id + 1) * 4294967296
where (
  r.run_id = any($1::int[])
  or ($2::boolean and r.finished_at is null)
)
  and s.content_type_id is null;
