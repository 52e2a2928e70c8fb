-- Begins to read the requests.
-- Reads: logtally.request. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  source_id,
  bytes,
  requested_at,
  day,
  status,
  client,
  user_name,
  session,
  method,
  path,
  query,
  referrer,
  user_agent,
  content_type,
  object,
  extra
from logtally.request;
