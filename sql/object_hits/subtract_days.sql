-- Takes the hits out of their days; those that have none left then are deleted by delete_empty_days.sql.
-- Reads: day_gain. Writes: logtally.object_hits_daily. Parameters: none. Returns: nothing.
-- Once in each transaction: every repetition subtracts again. Under the merge lock.
update logtally.object_hits_daily as d
set hit_count = d.hit_count + gain.hit_count
from pg_temp.day_gain as gain
where d.content_type_id = gain.content_type_id
  and d.object_id = gain.object_id
  and d.hit_on = gain.hit_on;
