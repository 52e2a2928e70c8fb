-- Empties the temporary tables of the hits that were taken back, so that hits can be added in the same transaction.
-- Reads: nothing. Writes: staged_content_type, day_gain, object_gain. Parameters: none. Returns: nothing.
-- May be repeated, in the transaction that created the tables.
truncate
  pg_temp.staged_content_type,
  pg_temp.day_gain,
  pg_temp.object_gain;
