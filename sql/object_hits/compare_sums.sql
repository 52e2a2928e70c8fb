-- Adds up all totals, and all lines that batches counted as hits.
-- Reads: logtally.object_hits, batch. Writes: nothing. Parameters: none.
-- Returns: one row, none if they agree; differences (1), total_hits, counted.
-- May be repeated. Locks nothing.
select
  1 as differences,
  total_hits,
  counted
from (
  select
    (select coalesce(sum(hit_count), 0)::bigint from logtally.object_hits) as total_hits,
    (select coalesce(sum(counted - robots), 0)::bigint from logtally.batch) as counted
) as sums
where total_hits <> counted;
