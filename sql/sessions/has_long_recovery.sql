-- Whether a database that is killed now would have much to recover: it takes 10 ms for each megabyte of the WAL.
-- Reads: the control file. Writes: nothing. Parameters: none. Returns: is_long.
-- May be repeated. Locks nothing.
select
  pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), c.redo_lsn) > 8 * 1024 * 1024 as is_long
from pg_catalog.pg_control_checkpoint() as c;
