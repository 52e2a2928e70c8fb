-- Adds the negative gains up by object, beside the first and the last of the days that remain.
-- Reads: day_gain, logtally.object_hits_daily. Writes: object_gain. Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock, after delete_empty_days.sql. If no day remains, the days are those
-- of the run: such an object is deleted.
insert into pg_temp.object_gain (
  content_type_id,
  object_id,
  hit_count,
  first_hit_on,
  last_hit_on,
  hit_count_before
)
with gain as materialized (
  select
    content_type_id,
    object_id,
    sum(hit_count)::bigint as hit_count,
    min(hit_on) as first_hit_on,
    max(hit_on) as last_hit_on,
    min(hit_count_before) as hit_count_before
  from pg_temp.day_gain
  group by
    content_type_id,
    object_id
),
-- an inner join of its own, so that Citus sends the gains to the nodes, and not all days to the gains
remaining as materialized (
  select
    d.content_type_id,
    d.object_id,
    min(d.hit_on) as first_hit_on,
    max(coalesce(d.folded_until, d.hit_on)) as last_hit_on
  from gain
  join logtally.object_hits_daily as d
    on d.content_type_id = gain.content_type_id
    and d.object_id = gain.object_id
  group by
    d.content_type_id,
    d.object_id
)
select
  gain.content_type_id,
  gain.object_id,
  gain.hit_count,
  coalesce(remaining.first_hit_on, gain.first_hit_on) as first_hit_on,
  coalesce(remaining.last_hit_on, gain.last_hit_on) as last_hit_on,
  gain.hit_count_before
from gain
left join remaining
  on remaining.content_type_id = gain.content_type_id
  and remaining.object_id = gain.object_id
order by
  gain.content_type_id,
  gain.object_id;
