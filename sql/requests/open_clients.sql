-- Begins to read the clients that requests are of, each once.
-- Reads: logtally.request. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows: client.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select distinct client
from logtally.request
where client is not null;
