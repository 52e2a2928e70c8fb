-- Finds the rows that stand for several days although their month is not folded, or does not have all of these days.
-- Reads: logtally.object_hits_daily, hit_month, content_type. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), content_type_id, site and content_type (null if the
-- dictionary lacks it), object_id, hit_on, folded_until.
-- May be repeated. Locks nothing.
select
  count(*) over () as differences,
  d.content_type_id,
  t.site,
  t.name as content_type,
  d.object_id,
  d.hit_on,
  d.folded_until
from logtally.object_hits_daily as d
left join logtally.hit_month as m
  on m.month_on = date_trunc('month', d.hit_on::timestamp)::date
left join logtally.content_type as t
  on t.content_type_id = d.content_type_id
where d.folded_until is not null
  and (
    m.is_folded is not true
    or date_trunc('month', d.folded_until::timestamp)::date <> m.month_on
  )
order by
  d.content_type_id,
  d.object_id,
  d.hit_on
limit 10;
