-- Empties the temporary tables of one merge, so that the next one can be in the same transaction.
-- Reads: nothing. Writes: the tables of create_staging.sql. Parameters: none. Returns: nothing.
-- May be repeated, in the transaction that created the tables, outside its savepoints: there the files shrink at once, while
-- dropped tables would keep their disk space and their locks, a dozen for each merge, to the end of the transaction.
truncate
  pg_temp.staged_hit,
  pg_temp.staged_share,
  pg_temp.staged_content_type,
  pg_temp.day_gain,
  pg_temp.object_gain;
