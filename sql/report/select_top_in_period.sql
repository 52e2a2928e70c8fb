-- Lists the objects of content types by their hits within a period, in up to three orders, and adds the types up.
-- Reads: logtally.object_hits_yearly, object_hits_daily, object_hits, content_type. Writes: nothing.
-- Parameters: $1 numbers of the content types, $2 first day of the period (days before it are those of the period before),
-- $3 last day. What is added up already, arrays of equal length: $4 first days of years, in their order, $5 and $6 the month
-- before and the last month that count, 0 to 12, $7 whether they belong to the period before. $8 and $9 first and last days
-- of six spans of days to be read. Objects of each type at most, 0 if the order is not wanted: $10 by hits, $11 rising (by how
-- many hits more than in the period before; those with more only), $12 new (objects whose first hit lies in the period,
-- by hits). $13 numbers of the types that may be rising or new. $14 is 1, or -1 if years and spans are all that the period does
-- not have: they are then taken from the totals of all time, and there is no period before.
-- Returns: list (hits, rising, new), content_type_id, site, content_type, object_id, hit_count (within the period),
-- hit_count_rank (among all objects of the type with hits in the period), previous_hit_count, first_hit_on, last_hit_on (of
-- all time), and of the type: type_hits, type_objects (with hits in the period), previous_type_hits; by list, site, name, and
-- the order.
-- May be repeated. Locks nothing.
with wanted_year as materialized (
  select
    year_on,
    month_before,
    last_month,
    is_before
  from unnest($4::date[], $5::int[], $6::int[], $7::boolean[]) as w (year_on, month_before, last_month, is_before)
),
counted as materialized (
  select
    gain.content_type_id,
    gain.object_id,
    gain.hit_count,
    gain.previous_hit_count,
    fresh.object_id is not null as is_fresh
  from (
    select
      part.content_type_id,
      part.object_id,
      coalesce(sum(part.hit_count) filter (where not part.is_before), 0)::bigint as hit_count,
      coalesce(sum(part.hit_count) filter (where part.is_before), 0)::bigint as previous_hit_count
    from (
      select
        y.content_type_id,
        y.object_id,
        w.is_before,
        $14::int * (y.running_hits[w.last_month] - coalesce(y.running_hits[w.month_before], 0)) as hit_count
      from logtally.object_hits_yearly as y
      join wanted_year as w
        on w.year_on = y.year_on
      where y.content_type_id = any ($1::int[])
        -- for the index on year_on
        and y.year_on between ($4::date[])[1] and ($4::date[])[cardinality($4::date[])]
      union all
      select
        content_type_id,
        object_id,
        $14::int > 0 and hit_on < $2::date as is_before,
        $14::int * hit_count as hit_count
      from logtally.object_hits_daily
      where content_type_id = any ($1::int[])
        -- one by one, for the index on hit_on
        and (
          hit_on between ($8::date[])[1] and ($9::date[])[1]
          or hit_on between ($8::date[])[2] and ($9::date[])[2]
          or hit_on between ($8::date[])[3] and ($9::date[])[3]
          or hit_on between ($8::date[])[4] and ($9::date[])[4]
          or hit_on between ($8::date[])[5] and ($9::date[])[5]
          or hit_on between ($8::date[])[6] and ($9::date[])[6]
        )
      union all
      select
        content_type_id,
        object_id,
        false as is_before,
        hit_count
      from logtally.object_hits
      where $14::int < 0
        and content_type_id = any ($1::int[])
    ) as part
    group by
      part.content_type_id,
      part.object_id
  ) as gain
  -- only if new ones are asked for: otherwise the planner leaves the join out
  left join logtally.object_hits as fresh
    on $12::int > 0
    and fresh.content_type_id = gain.content_type_id
    and fresh.object_id = gain.object_id
    and fresh.first_hit_on between $2::date and $3::date
),
type_total as materialized (
  select
    content_type_id,
    sum(hit_count)::bigint as type_hits,
    count(*) filter (where hit_count > 0) as type_objects,
    sum(previous_hit_count)::bigint as previous_type_hits
  from counted
  group by content_type_id
),
ranked as materialized (
  select
    content_type_id,
    object_id,
    hit_count,
    previous_hit_count,
    is_fresh,
    rank() over (
      partition by content_type_id
      order by hit_count desc
    ) as hit_count_rank,
    row_number() over (
      partition by content_type_id
      order by
        hit_count desc,
        object_id
    ) as place
  from counted
  where hit_count > 0
),
-- the first of each list, before anything is joined: on Citus this is all that the nodes are sent
listed as materialized (
  select
    'hits' as list,
    content_type_id,
    object_id,
    hit_count,
    previous_hit_count,
    hit_count_rank,
    place
  from ranked
  where place <= $10::int
  union all
  select
    'rising' as list,
    content_type_id,
    object_id,
    hit_count,
    previous_hit_count,
    hit_count_rank,
    place
  from (
    select
      content_type_id,
      object_id,
      hit_count,
      previous_hit_count,
      hit_count_rank,
      row_number() over (
        partition by content_type_id
        order by
          hit_count - previous_hit_count desc,
          object_id
      ) as place
    from ranked
    where $11::int > 0
      and hit_count > previous_hit_count
      and content_type_id = any ($13::int[])
  ) as rising
  where place <= $11::int
  union all
  select
    'new' as list,
    content_type_id,
    object_id,
    hit_count,
    previous_hit_count,
    hit_count_rank,
    place
  from (
    select
      content_type_id,
      object_id,
      hit_count,
      previous_hit_count,
      hit_count_rank,
      row_number() over (
        partition by content_type_id
        order by
          hit_count desc,
          object_id
      ) as place
    from ranked
    where is_fresh
      and content_type_id = any ($13::int[])
  ) as fresh
  where place <= $12::int
)
select
  l.list,
  l.content_type_id,
  t.site,
  t.name as content_type,
  l.object_id,
  l.hit_count,
  l.hit_count_rank,
  l.previous_hit_count,
  h.first_hit_on,
  h.last_hit_on,
  total.type_hits,
  total.type_objects,
  total.previous_type_hits
from listed as l
join type_total as total
  on total.content_type_id = l.content_type_id
join logtally.content_type as t
  on t.content_type_id = l.content_type_id
join logtally.object_hits as h
  on h.content_type_id = l.content_type_id
  and h.object_id = l.object_id
order by
  l.list,
  t.site,
  t.name,
  l.place;
