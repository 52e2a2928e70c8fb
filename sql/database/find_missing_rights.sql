-- Lists what the role lacks to ingest, so that it is told before a log is read: what grant_writer.sql grants on tables.
-- Reads: the catalogue. Writes: nothing. Parameters: none.
-- Returns: one row for each missing right; missing_right, as GRANT would say it.
-- May be repeated. Locks nothing.
with needed (table_name, privilege) as (
  values
    ('schema_version', 'select'),
    ('content_type', 'select'),
    ('content_type', 'insert'),
    ('object_hits', 'select'),
    ('object_hits', 'insert'),
    ('object_hits', 'update'),
    ('object_hits_daily', 'select'),
    ('object_hits_daily', 'insert'),
    ('object_hits_daily', 'update'),
    ('hit_count_rank', 'select'),
    ('hit_count_rank', 'insert'),
    ('hit_count_rank', 'update'),
    ('hit_count_rank', 'delete'),
    ('run', 'select'),
    ('run', 'insert'),
    ('run', 'update'),
    ('batch', 'select'),
    ('batch', 'insert'),
    ('log_stream', 'select'),
    ('log_stream', 'insert'),
    ('log_stream', 'update'),
    ('stream_digest', 'select'),
    ('stream_digest', 'insert'),
    ('known_archive', 'select'),
    ('piped_line', 'select'),
    ('piped_line', 'insert'),
    ('known_archive', 'insert'),
    ('hit_delta', 'select'),
    ('hit_delta', 'insert'),
    ('hit_delta', 'delete')
)
select privilege || ' on logtally.' || table_name as missing_right
from needed
where not has_schema_privilege('logtally', 'usage')
  or not has_table_privilege('logtally.' || table_name, privilege)
union all
select 'temporary on database ' || current_database()
where not has_database_privilege(current_database(), 'temporary')
order by missing_right;
