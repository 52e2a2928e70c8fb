-- Tells what this server is to Citus, and how many nodes can hold the rows of distributed tables.
-- Reads: the catalogue of Citus. Writes: nothing. Parameters: none. Returns: one row; is_coordinator, nodes.
-- May be repeated. Locks nothing.
select
  exists (
    select 1
    from pg_catalog.pg_dist_local_group
    where groupid = 0
  ) as is_coordinator,
  (
    select count(*)
    from pg_catalog.pg_dist_node
    where noderole = 'primary'
      and isactive
      and shouldhaveshards
  ) as nodes;
