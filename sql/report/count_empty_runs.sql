-- Counts the runs after a given one that counted nothing: without a batch, and not because they were undone.
-- Reads: logtally.run, batch. Writes: nothing. Parameters: $1 run, 0 for all.
-- Returns: one row; runs, not_done (those of them whose exit code is not 0, or is not known).
-- May be repeated. Locks nothing.
select
  count(*) as runs,
  count(*) filter (where exit_code is distinct from 0) as not_done
from logtally.run
where run_id > $1::int
  and undone_at is null
  and not exists (
    select 1
    from logtally.batch as own
    where own.run_id = run.run_id
  );
