-- Adds up the hits of robots that are in no total, because runs ranked objects by people.
-- Reads: logtally.batch. Writes: nothing. Parameters: none.
-- Returns: one row; robots, of all sites and days.
-- May be repeated. Locks nothing.
select coalesce(sum(robots), 0)::bigint as robots
from logtally.batch;
