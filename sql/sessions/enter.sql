-- Gives the rest of a transaction that only reads to somebody else: its snapshot is taken, and the superuser's rights are gone.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing of use.
-- Once in each transaction. Locks nothing. Local to the transaction.
-- with a snapshot a transaction cannot be made to write any more
select pg_catalog.now();
set local search_path = logtally, public;
set local role logtally_session;
