-- Makes the rest of the transaction independent of what server, database and role have set.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing.
-- May be repeated. Locks nothing. Local to the transaction, so that a connection pooler sees none of it later.
set local search_path = '';
set local datestyle = 'ISO, YMD';
set local time zone 'UTC';
set local client_encoding = 'UTF8';
set local standard_conforming_strings = on;
-- a merge takes as long as it takes; waiting for the merge lock is bounded by set_lock_timeout.sql
set local statement_timeout = 0;
set local lock_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
-- a merge runs each statement once: compiling one costs more than it saves
set local jit = off;
