-- Removes the objects that have no hit without the run.
-- Reads: object_gain. Writes: logtally.object_hits. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.object_hits as h
using pg_temp.object_gain as o
where o.hit_count_before + o.hit_count = 0
  and h.content_type_id = o.content_type_id
  and h.object_id = o.object_id;
