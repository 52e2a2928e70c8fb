-- Begins to read the streams.
-- Reads: logtally.log_stream. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  stream_id,
  site,
  state,
  known_bytes,
  prefix_mark,
  last_path,
  last_seen_at
from logtally.log_stream;
