-- Finds the runs of the target that are not an earlier state of a run of the source. Their number, time or host is another one,
-- they were ended, undone or counted again later than in the source, or they have batches that the source lacks and has not
-- taken back since. A run that has ended and counted nothing is no loss.
-- Reads: logtally.run, batch, the tables of create_staging.sql. Writes: nothing. Parameters: none.
-- Returns: the first one or none; own_runs (how many there are), run_id, started_at (ISO 8601, UTC).
-- May be repeated. Needs the merge lock, after the source's record was copied.
select
  count(*) over () as own_runs,
  own.run_id,
  to_char(own.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at
from logtally.run as own
left join pg_temp.source_run as source
  on source.run_id = own.run_id
  and source.started_at = own.started_at
  and source.host = own.host
where (
  source.run_id is null
  or coalesce(own.finished_at, '-infinity') > coalesce(source.finished_at, '-infinity')
  or coalesce(own.undone_at, '-infinity') > coalesce(source.undone_at, '-infinity')
  or coalesce(own.recounted_at, '-infinity') > coalesce(source.recounted_at, '-infinity')
  or (
    coalesce(own.undone_at, '-infinity') = coalesce(source.undone_at, '-infinity')
    and coalesce(own.recounted_at, '-infinity') = coalesce(source.recounted_at, '-infinity')
    and own.run_id in (
      select own_batch.run_id
      from logtally.batch as own_batch
      left join pg_temp.source_batch as source_batch
        on source_batch.batch_id = own_batch.batch_id
      where row(own_batch.*) is distinct from row(source_batch.*)
    )
  )
)
and (
  own.finished_at is null
  or own.undone_at is not null
  or own.recounted_at is not null
  or own.run_id in (select run_id from logtally.batch)
)
order by own.run_id
limit 1;
