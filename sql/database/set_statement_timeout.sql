-- Bounds how long each further statement of the transaction may take.
-- Reads: nothing. Writes: nothing. Parameters: $1 milliseconds as text; 0 is no bound. Returns: nothing of use.
-- May be repeated. Locks nothing. Local to the transaction. A statement that takes longer fails with SQLSTATE 57014.
-- The embedded database, which has no clock of its own, does not keep to it.
select set_config('statement_timeout', $1::text, true);
