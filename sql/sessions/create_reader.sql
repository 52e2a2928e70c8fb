-- Creates the role of sessions in the embedded database: it reads everything, and can do nothing else.
-- Reads: the catalogue. Writes: a role, rights. Parameters: none. Returns: nothing.
-- Once in each database, in a transaction. Locks nothing that lasts.
create role logtally_session nologin;

grant pg_read_all_data to logtally_session;

-- Everybody may run nearly all functions of PostgreSQL. Those that do more than to compute are volatile: they change settings
-- (set_config could give the rights of the superuser back), lock, run programs' texts, write to the WAL. Who is no superuser may run
-- only the harmless ones among them: of psql's lists, of the clock and of chance. Two others take numbers of transactions.
do '
declare
  changing regprocedure;
begin
  for changing in
    select p.oid
    from pg_catalog.pg_proc as p
    where p.proname in (''txid_current'', ''pg_current_xact_id'')
      or p.provolatile = ''v''
      and p.pronamespace = ''pg_catalog''::regnamespace
      and p.proname not in (
        ''clock_timestamp'', ''timeofday'', ''random'', ''random_normal'', ''gen_random_uuid'', ''uuidv4'', ''uuidv7'',
        ''array_sample'', ''array_shuffle'', ''pg_sleep'', ''pg_sleep_for'', ''pg_sleep_until'', ''bernoulli'', ''system'',
        ''pg_database_size'', ''pg_indexes_size'', ''pg_relation_size'', ''pg_table_size'', ''pg_tablespace_size'',
        ''pg_total_relation_size'', ''pg_partition_ancestors'', ''pg_partition_tree'', ''pg_is_in_recovery'',
        ''pg_collation_actual_version'', ''pg_database_collation_actual_version'', ''pg_lock_status'', ''pg_jit_available''
      )
  loop
    execute format(''revoke execute on function %s from public'', changing);
  end loop;
  execute format(''revoke temporary on database %I from public'', current_database());
end
';
