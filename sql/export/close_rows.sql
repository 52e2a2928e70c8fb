-- Ends the reading of a table, so that the next can begin.
-- Reads, writes: nothing. Parameters: none. Returns: nothing.
-- Once after each open_*.sql. Locks nothing.
close exported_row;
