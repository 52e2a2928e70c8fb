-- Makes the rest of the transaction independent of what server, database and role have set.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing of use.
-- May be repeated. Locks nothing. Local to the transaction, so that a connection pooler sees none of it later.
-- Sent in one message with BEGIN: a transaction that waits for its settings may be ended for being idle.
-- a merge takes as long as it takes; waiting for the merge lock is bounded by set_lock_timeout.sql
set local statement_timeout = 0;
set local lock_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
-- PostgreSQL 17 and newer
select pg_catalog.set_config('transaction_timeout', '0', true)
where pg_catalog.current_setting('transaction_timeout', true) is not null;
set local search_path = '';
set local client_encoding = 'UTF8';
set local standard_conforming_strings = on;
-- how values are written as text
set local datestyle = 'ISO, YMD';
set local time zone 'UTC';
set local intervalstyle = 'postgres';
set local bytea_output = 'hex';
set local extra_float_digits = 1;
set local lc_monetary = 'C';
-- a merge runs each statement once: compiling one costs more than it saves
set local jit = off;
