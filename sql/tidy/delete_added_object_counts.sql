-- Removes the counts of objects of a run that sum_object_counts.sql has added up.
-- Reads: nothing. Writes: logtally.object_count.
-- Parameters: $1 the first number that a source of the run can have, $2 the last. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of sum_object_counts.sql and after it.
delete from logtally.object_count
where source_id between $1::bigint and $2::bigint;
