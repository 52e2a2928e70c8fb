-- Begins the running totals of the batch's new objects.
-- Reads: object_gain. Writes: logtally.object_hits. Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock.
insert into logtally.object_hits (content_type_id, object_id, hit_count, first_hit_on, last_hit_on)
select
  content_type_id,
  object_id,
  hit_count,
  first_hit_on,
  last_hit_on
from pg_temp.object_gain
where hit_count_before = 0;
