-- Counts the streams.
-- Reads: logtally.log_stream. Writes: nothing. Parameters: none. Returns: one row; streams.
-- May be repeated. Locks nothing.
select count(*) as streams
from logtally.log_stream;
