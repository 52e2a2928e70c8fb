-- Begins to read what the streams are known by.
-- Reads: logtally.stream_digest. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  stream_id,
  end_byte,
  '\x' || encode(sha256, 'hex') as sha256
from logtally.stream_digest;
