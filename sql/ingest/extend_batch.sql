-- Lets the batch of a run that ends where a range begins take in this range, in the transaction that adds its hits: what one run
-- counts of a log, one range behind the other, is one batch, however often it commits.
-- Reads, writes: logtally.batch.
-- Parameters: as those of insert_batch.sql, and $14 when, ISO 8601. Returns: nothing; its row count is 0 if there is no such batch.
-- When repeated it finds no batch that ends there. Under the merge lock.
update logtally.batch as b
set
  path = $2::text,
  end_byte = $4::bigint,
  lines = b.lines + $5::bigint,
  counted = b.counted + $6::bigint,
  unattributed = b.unattributed + $7::bigint,
  filtered = b.filtered + $8::bigint,
  rejected = b.rejected + $9::bigint,
  reject_reasons = (
    select coalesce(jsonb_object_agg(sums.reason, sums.lines), '{}')
    from (
      select
        reason,
        sum(lines::bigint) as lines
      from (
        select
          reason,
          lines
        from jsonb_each_text(b.reject_reasons) as before (reason, lines)
        union all
        select
          reason,
          lines
        from jsonb_each_text($10::jsonb) as added (reason, lines)
      ) as both_parts
      group by reason
    ) as sums
  ),
  robots = b.robots + $13::bigint,
  committed_at = $14::timestamptz
where b.stream_id = $11::bigint
  and b.run_id = $1::int
  and b.end_byte = $3::bigint
  and b.summaries = $12::text[];
