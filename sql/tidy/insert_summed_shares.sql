-- Puts the sums that sum_shares.sql has made in the place of what they are made of.
-- Reads: pg_temp.summed_share. Writes: logtally.hit_share. Parameters: none. Returns: nothing.
-- Once after delete_shares.sql, in its transaction: a repetition would add again.
insert into logtally.hit_share (addition_id, content_type_id, hit_on, object_ids, hit_counts)
select
  addition_id,
  content_type_id,
  hit_on,
  object_ids,
  hit_counts
from pg_temp.summed_share;
