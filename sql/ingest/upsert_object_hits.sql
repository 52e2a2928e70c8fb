-- Adds the batch to the running totals.
-- Reads: object_gain. Writes: logtally.object_hits. Parameters: none. Returns: nothing.
-- Once in each transaction: every repetition adds again. Under the merge lock.
insert into logtally.object_hits (content_type_id, object_id, hit_count, first_hit_on, last_hit_on)
select
  content_type_id,
  object_id,
  hit_count,
  first_hit_on,
  last_hit_on
from pg_temp.object_gain
order by
  content_type_id,
  object_id
on conflict (content_type_id, object_id) do update
set
  hit_count = object_hits.hit_count + excluded.hit_count,
  first_hit_on = least(object_hits.first_hit_on, excluded.first_hit_on),
  last_hit_on = greatest(object_hits.last_hit_on, excluded.last_hit_on);
