-- Begins to read the clients that requests are of, each once.
-- Reads: logtally.request. Writes: nothing. Parameters: $1 first day, $2 last day, null for no bound.
-- Returns: nothing; fetch_rows.sql gives the rows: client.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select distinct client
from logtally.request
where client is not null
  and day >= coalesce($1::date, '-infinity')
  and day <= coalesce($2::date, 'infinity')
  -- as in open_matching.sql
  and requested_at >= coalesce($1::date - 2, '-infinity')
  and requested_at <= coalesce($2::date + 3, 'infinity');
