-- Adds up the days of a month by object, and writes the rows of its year in which the month, and so what follows it, is another.
-- Reads: logtally.object_hits_daily, object_hits_yearly. Writes: logtally.object_hits_yearly.
-- Parameters: $1 first day of the year, $2 number of the month, 1 to 12, $3 its first day, $4 its last day. Returns: nothing.
-- May be repeated. Under the merge lock. An object without hits in the month has a row if it has hits in another one.
insert into logtally.object_hits_yearly (object_id, content_type_id, year_on, running_hits)
select
  object_id,
  content_type_id,
  $1::date,
  array[
    coalesce(running_hits[1], 0) + case when 1 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[2], 0) + case when 2 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[3], 0) + case when 3 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[4], 0) + case when 4 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[5], 0) + case when 5 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[6], 0) + case when 6 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[7], 0) + case when 7 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[8], 0) + case when 8 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[9], 0) + case when 9 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[10], 0) + case when 10 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[11], 0) + case when 11 >= $2::int then hits_more else 0 end,
    coalesce(running_hits[12], 0) + case when 12 >= $2::int then hits_more else 0 end
  ]
from (
  select
    object_id,
    content_type_id,
    known.running_hits,
    coalesce(gain.hit_count, 0)
      - coalesce(known.running_hits[$2::int] - coalesce(known.running_hits[$2::int - 1], 0), 0) as hits_more
  from (
    select
      object_id,
      content_type_id,
      sum(hit_count)::bigint as hit_count
    from logtally.object_hits_daily
    where hit_on between $3::date and $4::date
    group by
      object_id,
      content_type_id
  ) as gain
  full join (
    select
      object_id,
      content_type_id,
      running_hits
    from logtally.object_hits_yearly
    where year_on = $1::date
  ) as known
    using (object_id, content_type_id)
) as changed
where hits_more <> 0
on conflict (object_id, content_type_id, year_on) do update
set running_hits = excluded.running_hits;
