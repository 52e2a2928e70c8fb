-- Begins to read the runs.
-- Reads: logtally.run. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  run_id,
  started_at,
  finished_at,
  exit_code,
  undone_at,
  recounted_at,
  host,
  program_version,
  settings
from logtally.run;
