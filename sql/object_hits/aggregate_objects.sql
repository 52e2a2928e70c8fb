-- Adds the days up by object.
-- Reads: day_gain. Writes: object_gain. Parameters: none. Returns: nothing.
-- Once in each transaction.
insert into pg_temp.object_gain (
  content_type_id,
  object_id,
  hit_count,
  first_hit_on,
  last_hit_on,
  hit_count_before
)
select
  content_type_id,
  object_id,
  sum(hit_count)::bigint as hit_count,
  min(hit_on) as first_hit_on,
  max(hit_on) as last_hit_on,
  min(hit_count_before) as hit_count_before
from (
  -- the rows lie in this order already: sorting them again costs little, hashing them would lose it
  select
    content_type_id,
    object_id,
    hit_on,
    hit_count,
    hit_count_before
  from pg_temp.day_gain
  order by
    content_type_id,
    object_id
) as day
group by
  content_type_id,
  object_id;
