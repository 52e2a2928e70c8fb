-- Tells who holds the lock of lock_merges.sql.
-- Reads: the catalogue. Writes: nothing. Parameters: none.
-- Returns: one row or none; pid, application_name, role_name, client_address and since (ISO 8601, UTC, the beginning of its
-- transaction): each null if the server does not tell, the last two also to a role that may not see other sessions.
-- May be repeated. Locks nothing.
select
  l.pid,
  nullif(a.application_name, '') as application_name,
  a.usename::text as role_name,
  host(a.client_addr) as client_address,
  to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
from pg_catalog.pg_locks as l
left join pg_catalog.pg_stat_activity as a
  on a.pid = l.pid
where l.locktype = 'advisory'
  and l.granted
  and l.database = (
    select oid
    from pg_catalog.pg_database
    where datname = current_database()
  )
  -- the upper and the lower half of the key
  and l.classid = x'6c6f6774'::int::oid
  and l.objid = x'616c6c79'::int::oid
  and l.objsubid = 1
limit 1;
