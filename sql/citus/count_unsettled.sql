-- Counts the workers that have not ended what an earlier transaction prepared there, or do not answer. Such a transaction is
-- committed everywhere else: its rows of these workers are not seen yet.
-- Reads: the catalogue, of the workers too. Writes: nothing. Parameters: none.
-- Returns: one row; workers (0 if the tables are in one database), may_settle: whether the role may run settle_workers.sql.
-- May be repeated. Locks nothing. Under the merge lock none of them is of a merge that is still going on.
select
  (
    select count(*)
    from pg_catalog.pg_dist_partition as d
    join pg_catalog.pg_class as c
      on c.oid = d.logicalrelid
    cross join lateral pg_catalog.run_command_on_workers(
      'select count(*) from pg_catalog.pg_prepared_xacts where database = current_database() and gid like ''citus\_%'''
    ) as answer
    where c.relnamespace = pg_catalog.to_regnamespace('logtally')
      and c.relname = 'object_hits'
      and (not answer.success or answer.result <> '0')
  ) as workers,
  pg_catalog.has_function_privilege('pg_catalog.recover_prepared_transactions()', 'execute') as may_settle;
