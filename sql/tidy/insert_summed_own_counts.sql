-- Puts the sums that sum_own_counts.sql has made in the place of what they are made of.
-- Reads: pg_temp.summed_own_count. Writes: logtally.own_count. Parameters: none. Returns: nothing.
-- Once after delete_added_own_counts.sql, in its transaction: a repetition would add again.
insert into logtally.own_count (source_id, day, summary, keys, sums)
select
  source_id,
  day,
  summary,
  keys,
  sums
from pg_temp.summed_own_count;
