-- Takes back what some runs added to the summaries of an operator.
-- Reads: logtally.addition, count_source. Writes: logtally.own_count.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock, before delete_sources.sql.
delete from logtally.own_count
where source_id in (
  select s.source_id
  from logtally.addition as a
  join logtally.count_source as s
    on s.addition_id = a.addition_id
  where a.run_id = any($1::int[])
    and ($2::bigint is null or a.stream_id = $2::bigint)
);
