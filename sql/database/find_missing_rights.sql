-- Lists what the role lacks to ingest, so that it is told before a log is read: what init --print-grants grants on tables.
-- Reads: the catalogue. Writes: nothing.
-- Parameters: $1 tables of the summaries, $2 a right that is needed of each, arrays of equal length.
-- Returns: one row for each missing right; missing_right, as GRANT would say it.
-- May be repeated. Locks nothing.
with needed (table_name, privilege) as (
  values
    ('schema_version', 'select'),
    ('count_part', 'select'),
    ('content_type', 'select'),
    ('content_type', 'insert'),
    ('run', 'select'),
    ('run', 'insert'),
    ('run', 'update'),
    ('batch', 'select'),
    ('batch', 'insert'),
    ('batch', 'update'),
    ('log_stream', 'select'),
    ('log_stream', 'insert'),
    ('log_stream', 'update'),
    ('stream_digest', 'select'),
    ('stream_digest', 'insert'),
    ('stream_digest', 'delete'),
    ('known_archive', 'select'),
    ('piped_line', 'select'),
    ('piped_line', 'insert'),
    ('known_archive', 'insert')
  union all
  select
    summary_table.table_name,
    summary_table.privilege
  from unnest($1::text[], $2::text[]) as summary_table (table_name, privilege)
)
select privilege || ' on logtally.' || table_name as missing_right
from needed
where not has_schema_privilege('logtally', 'usage')
  or not has_table_privilege('logtally.' || table_name, privilege)
union all
select 'execute on function logtally.create_request_month(date)'
where not has_function_privilege('logtally.create_request_month(date)', 'execute')
union all
select 'temporary on database ' || current_database()
where not has_database_privilege(current_database(), 'temporary')
order by missing_right;
