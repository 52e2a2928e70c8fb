-- Removes the hit counts that no object has any more.
-- Reads: staged_content_type. Writes: logtally.hit_count_rank. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock, after upsert_object_counts.sql.
delete from logtally.hit_count_rank
where object_count = 0
  and content_type_id in (
    select content_type_id
    from pg_temp.staged_content_type
  );
