-- Begins to read the archives that were read to their end.
-- Reads: logtally.known_archive. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  packed_bytes,
  modified_at,
  '\x' || encode(ends_sha256, 'hex') as ends_sha256,
  site,
  stream_id
from logtally.known_archive;
