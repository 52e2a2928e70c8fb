-- Records what the rows that a batch has copied are of.
-- Reads: logtally.addition, content_type. Writes: logtally.count_source.
-- Parameters: $1 run, $2 numbers of sources, $3 their streams, $4 sites, $5 content types (null: the site itself), arrays of equal length.
-- Returns: nothing.
-- May be repeated: a source that the run has used before stays. Under the merge lock, after insert_additions.sql and insert_content_types.sql.
insert into logtally.count_source (source_id, addition_id, site, content_type_id)
select
  source.source_id,
  own.addition_id,
  source.site,
  known.content_type_id
from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[])
  as source (source_id, stream_id, site, content_type)
join logtally.addition as own
  on own.run_id = $1::int
  and own.stream_id = source.stream_id
left join logtally.content_type as known
  on known.site = source.site
  and known.name = source.content_type
on conflict (source_id) do nothing;
