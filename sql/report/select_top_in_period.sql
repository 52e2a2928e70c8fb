-- Lists the objects of content types by their hits within a period.
-- Reads: logtally.object_hits_daily, object_hits, content_type. Writes: nothing.
-- Parameters: $1 numbers of the content types, $2 first day of the period before, or of the period if none is compared,
-- $3 first day, $4 last day (-infinity and infinity if there is none), $5 order: hits, rising (by how many hits more than
-- in the period before; those with more only) or new (objects whose first hit lies in the period, by hits), $6 objects of
-- each type at most.
-- Returns: content_type_id, site, content_type, object_id, hit_count (within the period), hit_count_rank (among all
-- objects of the type with hits in the period), type_hits (their sum), previous_hit_count, first_hit_on, last_hit_on (of
-- all time); by site, name, and the order.
-- May be repeated. Locks nothing.
with counted as (
  select
    content_type_id,
    object_id,
    coalesce(sum(hit_count) filter (where hit_on >= $3::date), 0)::bigint as hit_count,
    coalesce(sum(hit_count) filter (where hit_on < $3::date), 0)::bigint as previous_hit_count
  from logtally.object_hits_daily
  where content_type_id = any ($1::int[])
    and hit_on between $2::date and $4::date
  group by
    content_type_id,
    object_id
),
ranked as (
  select
    content_type_id,
    object_id,
    hit_count,
    previous_hit_count,
    rank() over (
      partition by content_type_id
      order by hit_count desc
    ) as hit_count_rank,
    sum(hit_count) over (partition by content_type_id) as type_hits
  from counted
  where hit_count > 0
),
placed as (
  select
    r.content_type_id,
    r.object_id,
    r.hit_count,
    r.previous_hit_count,
    r.hit_count_rank,
    r.type_hits,
    row_number() over (
      partition by r.content_type_id
      order by
        case
          when $5::text = 'rising' then r.hit_count - r.previous_hit_count
          else r.hit_count
        end desc,
        r.object_id
    ) as place
  from ranked as r
  -- only if new ones are asked for: otherwise the planner leaves the join out
  left join logtally.object_hits as fresh
    on $5::text = 'new'
    and fresh.content_type_id = r.content_type_id
    and fresh.object_id = r.object_id
    and fresh.first_hit_on between $3::date and $4::date
  where case $5::text
    when 'rising' then r.hit_count > r.previous_hit_count
    when 'new' then fresh.object_id is not null
    else true
  end
)
select
  p.content_type_id,
  t.site,
  t.name as content_type,
  p.object_id,
  p.hit_count,
  p.hit_count_rank,
  p.type_hits::bigint as type_hits,
  p.previous_hit_count,
  h.first_hit_on,
  h.last_hit_on
from placed as p
join logtally.content_type as t
  on t.content_type_id = p.content_type_id
join logtally.object_hits as h
  on h.content_type_id = p.content_type_id
  and h.object_id = p.object_id
where p.place <= $6::bigint
order by
  t.site,
  t.name,
  p.place;
