-- Gives each site and content type of additions that are no longer kept a source for rows of several of them.
-- Reads: logtally.addition. Reads, writes: logtally.count_source. Parameters: none. Returns: nothing.
-- May be repeated. Needs the merge lock: the numbers are given without gaps, below those of runs, which begin at 2^32.
insert into logtally.count_source (source_id, addition_id, site, content_type_id)
select
  (
    select coalesce(max(source_id), 0)
    from logtally.count_source
    where source_id < 4294967296
  ) + row_number() over (order by missing.site, missing.content_type_id),
  0,
  missing.site,
  missing.content_type_id
from (
  select
    s.site,
    s.content_type_id
  from logtally.count_source as s
  join logtally.addition as a
    on a.addition_id = s.addition_id
  where not a.is_kept
  except
  select
    site,
    content_type_id
  from logtally.count_source
  where addition_id = 0
) as missing;
