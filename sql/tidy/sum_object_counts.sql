-- Adds up the counts of objects that have the same keys and the same source, among those of a run.
-- Reads: logtally.object_count. Writes: pg_temp.summed_object_count.
-- Parameters: $1 the first number that a source of the run can have, $2 the last. Returns: nothing.
-- Once in each transaction, under the merge lock, after create_sums.sql.
insert into pg_temp.summed_object_count (part, source_id, object_id, day, key1, key2, key3, requests, bytes)
select
  part,
  source_id,
  object_id,
  day,
  key1,
  key2,
  key3,
  sum(requests)::bigint,
  sum(bytes)::bigint
from logtally.object_count
where source_id between $1::bigint and $2::bigint
group by
  part,
  source_id,
  object_id,
  day,
  key1,
  key2,
  key3;
