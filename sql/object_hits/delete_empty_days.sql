-- Removes the days that have no hit without the run.
-- Reads: day_gain. Writes: logtally.object_hits_daily. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock, after subtract_days.sql.
delete from logtally.object_hits_daily as d
using pg_temp.day_gain as gain
where d.content_type_id = gain.content_type_id
  and d.object_id = gain.object_id
  and d.hit_on = gain.hit_on
  and d.hit_count = 0;
