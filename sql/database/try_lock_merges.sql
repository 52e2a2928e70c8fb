-- Takes the lock of lock_merges.sql if nobody has it, as most of the time nobody does.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: one row; is_had, and
-- has_citus, whether the database has the extension.
-- May be repeated within a transaction. Waits for nobody.
select
  pg_try_advisory_xact_lock(x'6c6f6774616c6c79'::bigint) as is_had,
  exists (
    select 1
    from pg_catalog.pg_extension
    where extname = 'citus'
  ) as has_citus;
