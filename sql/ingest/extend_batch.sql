-- Lets the batch of a run that ends where a range begins take in this range, in the transaction that adds its hits: what one run
-- counts of a log, one range behind the other, is one batch, however often it commits.
-- Reads, writes: logtally.batch.
-- Parameters: $1 run, $2 the summaries beside the hits, an array, $3 stream, $4 path, $5 first byte, $6 byte after the last, $7 lines,
-- $8 counted, $9 without object, $10 filtered, $11 rejected, $12 lines rejected by reason as JSON, $13 lines that were counted and are
-- no hits because they are of robots, $14 when, ISO 8601. Returns: nothing; its row count is 0 if there is no such batch.
-- When repeated it finds no batch that ends there. Under the merge lock.
update logtally.batch as b
set
  path = $4::text,
  end_byte = $6::bigint,
  lines = b.lines + $7::bigint,
  counted = b.counted + $8::bigint,
  unattributed = b.unattributed + $9::bigint,
  filtered = b.filtered + $10::bigint,
  rejected = b.rejected + $11::bigint,
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
        from jsonb_each_text($12::jsonb) as added (reason, lines)
      ) as both_parts
      group by reason
    ) as sums
  ),
  robots = b.robots + $13::bigint,
  committed_at = $14::timestamptz
where b.stream_id = $3::bigint
  and b.run_id = $1::int
  and b.end_byte = $5::bigint
  and b.summaries = $2::text[];
