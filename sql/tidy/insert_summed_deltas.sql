-- Puts the sums that sum_deltas.sql has made in the place of what they are made of.
-- Reads: pg_temp.summed_delta. Writes: logtally.hit_delta. Parameters: none. Returns: nothing.
-- Once after delete_deltas.sql, in its transaction: a repetition would add again.
insert into logtally.hit_delta (addition_id, content_type_id, object_id, hit_on, hit_count)
select
  addition_id,
  content_type_id,
  object_id,
  hit_on,
  hit_count
from pg_temp.summed_delta;
