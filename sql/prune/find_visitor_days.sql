-- Lists the days that have visitors, and whether a run that can still be undone has counted some requests of the day.
-- Reads: logtally.site_count, count_source, addition. Writes: nothing. Parameters: $1 first day, $2 last day.
-- Returns: day, has_kept; the first day first.
-- May be repeated. Locks nothing.
select
  c.day,
  coalesce(bool_or(a.is_kept), false) as has_kept
from logtally.site_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
left join logtally.addition as a
  on a.addition_id = s.addition_id
where c.part = 8
  and c.day between $1::date and $2::date
group by c.day
having bool_or(c.key1 is not null)
order by c.day;
