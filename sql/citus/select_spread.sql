-- Tells how each table of the schema is spread over the nodes of Citus.
-- Reads: the catalogue. Writes: nothing. Parameters: none.
-- Returns: one row for each table, with its partitions if it has some; table_name, spread (the column that a table is distributed by, 'reference', or 'local'),
-- colocation_id (null if local), nodes (how many hold its rows; null if local), has_local_copy (rows from before it was spread).
-- May be repeated. Locks nothing.
select
  c.relname as table_name,
  case
    when d.partmethod = 'h' then pg_catalog.column_to_column_name(c.oid, d.partkey)
    when d.repmodel = 't' then 'reference'
    else 'local'
  end as spread,
  nullif(d.colocationid, 0) as colocation_id,
  (
    select nullif(count(distinct p.groupid), 0)
    from pg_catalog.pg_dist_shard as s
    join pg_catalog.pg_dist_placement as p
      on p.shardid = s.shardid
    where s.logicalrelid = c.oid
      and (d.partmethod = 'h' or d.repmodel = 't')
  ) as nodes,
  (d.partmethod = 'h' or d.repmodel = 't') is true
    and (
      pg_catalog.pg_relation_size(c.oid) > 0
      -- no rows for a table without partitions
      or exists (
        select 1
        from pg_catalog.pg_partition_tree(c.oid) as part
        where part.isleaf
          and pg_catalog.pg_relation_size(part.relid) > 0
      )
    ) as has_local_copy
from pg_catalog.pg_class as c
left join pg_catalog.pg_dist_partition as d
  on d.logicalrelid = c.oid
where c.relnamespace = 'logtally'::pg_catalog.regnamespace
  and c.relkind in ('r', 'p')
  and not c.relispartition
order by c.relname;
