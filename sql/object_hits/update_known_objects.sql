-- Adds the batch to the running totals of the objects that have one.
-- Reads: object_gain. Writes: logtally.object_hits. Parameters: none. Returns: nothing.
-- Once in each transaction: every repetition adds again. Under the merge lock.
update logtally.object_hits as h
set
  hit_count = h.hit_count + o.hit_count,
  first_hit_on = least(h.first_hit_on, o.first_hit_on),
  last_hit_on = greatest(h.last_hit_on, o.last_hit_on)
from pg_temp.object_gain as o
where o.hit_count_before > 0
  and h.content_type_id = o.content_type_id
  and h.object_id = o.object_id;
