-- Lists what the role lacks to take back what was counted, or to count it again, beyond what it needs to ingest: what the owner of the tables has.
-- Reads: the catalogue. Writes: nothing. Parameters: $1 tables of the summaries, an array.
-- Returns: one row for each missing right; missing_right, as GRANT would say it.
-- May be repeated. Locks nothing.
with needed (table_name) as (
  values
    ('content_type'),
    ('batch'),
    ('log_stream'),
    ('stream_digest'),
    ('known_archive')
  union all
  select summary_table.table_name
  from unnest($1::text[]) as summary_table (table_name)
)
select 'delete on logtally.' || table_name as missing_right
from needed
where not has_table_privilege('logtally.' || table_name, 'delete')
union all
-- batches that are counted again for further summaries only
select 'update on logtally.batch'
where not has_table_privilege('logtally.batch', 'update')
order by missing_right;
