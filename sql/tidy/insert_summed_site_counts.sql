-- Puts the sums that sum_site_counts.sql has made in the place of what they are made of.
-- Reads: pg_temp.summed_site_count. Writes: logtally.site_count. Parameters: none. Returns: nothing.
-- Once after delete_added_site_counts.sql, in its transaction: a repetition would add again.
insert into logtally.site_count (part, source_id, day, key1, key2, key3, key4, requests, bytes)
select
  part,
  source_id,
  day,
  key1,
  key2,
  key3,
  key4,
  requests,
  bytes
from pg_temp.summed_site_count
order by
  source_id,
  day;
