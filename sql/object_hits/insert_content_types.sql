-- Gives each content type of the batch that the database does not know yet the next free number.
-- Reads, writes: logtally.content_type. Parameters: $1 sites, $2 names, arrays of equal length; a type may come more than once.
-- Returns: nothing.
-- May be repeated. Needs the merge lock: the numbers are given without gaps, in the order of the names.
insert into logtally.content_type (content_type_id, site, name)
select
  (select coalesce(max(content_type_id), 0) from logtally.content_type)
    + row_number() over (order by staged.site collate "C", staged.name collate "C"),
  staged.site,
  staged.name
from (
  select distinct
    site,
    name
  from unnest($1::text[], $2::text[]) as named (site, name)
) as staged
left join logtally.content_type as known
  on known.site = staged.site
  and known.name = staged.name
where known.content_type_id is null
on conflict do nothing;
