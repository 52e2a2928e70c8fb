-- Gives the rest of the transaction the memory of a merge on a server.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing.
-- May be repeated. Locks nothing. Local to the transaction.
-- A merge groups, sorts and joins hundreds of thousands of rows; the defaults would send them to disk.
set local work_mem = '64MB';
set local temp_buffers = '64MB';
