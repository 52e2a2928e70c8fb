-- Finds the first and the last day with hits of content types.
-- Reads: logtally.object_hits. Writes: nothing. Parameters: $1 numbers of the content types.
-- Returns: one row; first_hit_on, last_hit_on (both null if there are none).
-- May be repeated. Locks nothing.
select
  min(first_hit_on) as first_hit_on,
  max(last_hit_on) as last_hit_on
from logtally.object_hits
where content_type_id = any ($1::int[]);
