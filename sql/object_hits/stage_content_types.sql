-- Translates the program's numbers for content types into the database's.
-- Reads: logtally.content_type. Writes: staged_content_type.
-- Parameters: $1 the program's numbers, $2 sites, $3 names, arrays of equal length. Returns: nothing.
-- Once in each transaction, after insert_content_types.sql.
insert into pg_temp.staged_content_type (type_key, content_type_id)
select
  staged.type_key,
  known.content_type_id
from unnest($1::int[], $2::text[], $3::text[]) as staged (type_key, site, name)
join logtally.content_type as known
  on known.site = staged.site
  and known.name = staged.name;
