-- Tells whether a month has requests that a run has counted which can still be undone: then its rows must stay.
-- Reads: logtally.addition, count_source, site_count, object_count. Writes: nothing.
-- Parameters: $1 first day of the month, $2 its last day. Returns: one row; has_kept.
-- May be repeated. Locks nothing.
select
  exists (
    select 1
    from logtally.site_count as c
    join logtally.count_source as s
      on s.source_id = c.source_id
    join logtally.addition as a
      on a.addition_id = s.addition_id
    where a.is_kept
      and c.day between $1::date and $2::date
    limit 1
  )
  or exists (
    select 1
    from logtally.object_count as c
    join logtally.count_source as s
      on s.source_id = c.source_id
    join logtally.addition as a
      on a.addition_id = s.addition_id
    where a.is_kept
      and c.day between $1::date and $2::date
    -- Citus reads the rows before it looks whether there is one
    limit 1
  ) as has_kept;
