-- Tells what a run counted.
-- Reads: logtally.run, batch, piped_line. Writes: nothing. Parameters: $1 run.
-- Returns: one row or none; undone_at (text, null if it was not undone), batches, bytes, lines, counted,
-- followed_by (the last later run that counted more of one of its pipes; null if none did).
-- May be repeated. Needs the merge lock: the run may still be counting.
select
  r.undone_at::text as undone_at,
  counted.batches,
  counted.bytes,
  counted.lines,
  counted.counted,
  counted.hits,
  (
    select max(later.run_id)
    from logtally.batch as own
    join logtally.batch as later using (stream_id)
    where own.run_id = $1::bigint
      and later.run_id > $1::bigint
      and exists (
        select
        from logtally.piped_line as p
        where p.run_id = own.run_id
          and p.stream_id = own.stream_id
      )
      and exists (
        select
        from logtally.piped_line as p
        where p.run_id = later.run_id
          and p.stream_id = later.stream_id
      )
  ) as followed_by
from logtally.run as r
cross join (
  select
    count(*) as batches,
    coalesce(sum(end_byte - start_byte), 0)::bigint as bytes,
    coalesce(sum(lines), 0)::bigint as lines,
    coalesce(sum(counted), 0)::bigint as counted,
    coalesce(sum(counted - robots), 0)::bigint as hits
  from logtally.batch
  where run_id = $1::bigint
) as counted
where r.run_id = $1::bigint;
