-- Gives the next rows of the table that is being read.
-- Reads: what an open_*.sql began. Writes: nothing. Parameters: none. Returns: 5,000 rows, fewer at the end.
-- To be repeated until there are none. Locks nothing.
fetch forward 5000 from exported_row;
