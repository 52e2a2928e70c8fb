-- Removes the counts of sites of a run that sum_site_counts.sql has added up.
-- Reads: nothing. Writes: logtally.site_count.
-- Parameters: $1 the first number that a source of the run can have, $2 the last. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of sum_site_counts.sql and after it.
delete from logtally.site_count
where source_id between $1::bigint and $2::bigint;
