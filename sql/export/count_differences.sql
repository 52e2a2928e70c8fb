-- Counts the rows by which the record of what was counted differs in the target: missing, additional and different ones.
-- Reads: logtally.content_type, run, log_stream, stream_digest, batch, known_archive, the tables of create_staging.sql.
-- Writes: nothing. Parameters: none. Returns: one row; differences.
-- May be repeated. Needs the merge lock, after the source's record was copied.
select
  (
    select count(*)
    from logtally.content_type as stored
    full join pg_temp.source_content_type as source
      using (content_type_id)
    where row(stored.*) is distinct from row(source.*)
  ) + (
    select count(*)
    from logtally.run as stored
    full join pg_temp.source_run as source
      using (run_id)
    where row(stored.*) is distinct from row(source.*)
  ) + (
    select count(*)
    from logtally.log_stream as stored
    full join pg_temp.source_log_stream as source
      using (stream_id)
    where row(stored.*) is distinct from row(source.*)
  ) + (
    select count(*)
    from logtally.stream_digest as stored
    full join pg_temp.source_stream_digest as source
      using (stream_id, end_byte)
    where row(stored.*) is distinct from row(source.*)
  ) + (
    select count(*)
    from logtally.batch as stored
    full join pg_temp.source_batch as source
      using (batch_id)
    where row(stored.*) is distinct from row(source.*)
  ) + (
    select count(*)
    from logtally.known_archive as stored
    full join pg_temp.source_known_archive as source
      using (packed_bytes, modified_at, ends_sha256, site)
    where row(stored.*) is distinct from row(source.*)
  ) as differences;
