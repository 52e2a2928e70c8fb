-- Removes the sources of the counts that some runs added.
-- Reads: logtally.addition. Writes: logtally.count_source.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock, after delete_site_counts.sql and delete_object_counts.sql, before delete_additions.sql.
delete from logtally.count_source
where addition_id in (
  select addition_id
  from logtally.addition
  where run_id = any($1::int[])
    and ($2::bigint is null or stream_id = $2::bigint)
);
