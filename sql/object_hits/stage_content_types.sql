-- Translates the program's numbers, each of a content type in a log or in rows of several, into the database's numbers of types and additions.
-- Reads: logtally.content_type, addition. Writes: staged_content_type.
-- Parameters: $1 the program's numbers, $2 sites, $3 names, $4 streams (null: rows of several logs), arrays of equal length, $5 run. Returns: nothing.
-- Once in each transaction, after insert_content_types.sql and insert_additions.sql.
insert into pg_temp.staged_content_type (type_key, content_type_id, sort_prefix, addition_id)
select
  type_key,
  content_type_id,
  -- the place in 90 characters of ASCII, as few as all places need
  right(
    chr(33 + place / 729000) || chr(33 + place / 8100 % 90) || chr(33 + place / 90 % 90) || chr(33 + place % 90),
    case
      when last_place < 90 then 1
      when last_place < 8100 then 2
      else 4
    end
  ) as sort_prefix,
  addition_id
from (
  select
    type_key,
    content_type_id,
    addition_id,
    place,
    max(place) over () as last_place
  from (
    select
      staged.type_key,
      known.content_type_id,
      coalesce(own.addition_id, 0) as addition_id,
      (dense_rank() over (order by known.content_type_id) - 1)::int as place
    from unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) as staged (type_key, site, name, stream_id)
    join logtally.content_type as known
      on known.site = staged.site
      and known.name = staged.name
    left join logtally.addition as own
      on own.run_id = $5::int
      and own.stream_id = staged.stream_id
    where own.addition_id is not null
      or staged.stream_id is null
  ) as numbered
) as placed;
