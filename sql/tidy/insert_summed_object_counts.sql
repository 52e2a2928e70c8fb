-- Puts the sums that sum_object_counts.sql has made in the place of what they are made of.
-- Reads: pg_temp.summed_object_count. Writes: logtally.object_count. Parameters: none. Returns: nothing.
-- Once after delete_added_object_counts.sql, in its transaction: a repetition would add again.
insert into logtally.object_count (part, source_id, object_id, day, key1, key2, key3, requests, bytes)
select
  part,
  source_id,
  object_id,
  day,
  key1,
  key2,
  key3,
  requests,
  bytes
from pg_temp.summed_object_count
order by
  source_id,
  day;
