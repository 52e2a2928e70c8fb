-- Tells when lines were last counted.
-- Reads: logtally.batch. Writes: nothing. Parameters: none.
-- Returns: one row; committed_at (ISO 8601, UTC), the beginning of the transaction; null if nothing was counted.
-- May be repeated. Locks nothing.
select
  to_char(max(committed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as committed_at
from logtally.batch;
