-- Removes the content types that have no object without the run.
-- Reads: staged_content_type, logtally.hit_count_rank, count_source. Writes: logtally.content_type. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock, after delete_empty_hit_counts.sql and delete_sources.sql.
delete from logtally.content_type
where content_type_id in (
    select content_type_id
    from pg_temp.staged_content_type
  )
  and content_type_id not in (
    select content_type_id
    from logtally.hit_count_rank
  )
  -- robots may have asked for objects of a type that no person has asked for
  and content_type_id not in (
    select content_type_id
    from logtally.count_source
    where content_type_id is not null
  );
