-- Tells whether a month has hits of a run that can still be undone: then its days must stay.
-- Reads: logtally.addition, object_hits_daily, hit_delta, hit_share. Writes: nothing.
-- Parameters: $1 first day of the month, $2 its last day. Returns: one row; has_kept.
-- May be repeated. Locks nothing.
select
  exists (
    select 1
    from logtally.object_hits_daily as d
    join logtally.addition as a
      on a.addition_id = d.added_by
    where a.is_kept
      and d.hit_on between $1::date and $2::date
    -- Citus reads the rows before it looks whether there is one
    limit 1
  )
  or exists (
    select 1
    from logtally.hit_delta as d
    join logtally.addition as a
      on a.addition_id = d.addition_id
    where a.is_kept
      and d.hit_on between $1::date and $2::date
    limit 1
  )
  or exists (
    select 1
    from logtally.hit_share as s
    join logtally.addition as a
      on a.addition_id = s.addition_id
    where a.is_kept
      and s.hit_on between $1::date and $2::date
    limit 1
  ) as has_kept;
