-- Finds the rows of an operator's summaries that belong to no log that was counted.
-- Reads: logtally.own_count, count_source. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), summary, source_id, row_count.
-- May be repeated. Locks nothing.
select
  count(*) over () as differences,
  own.summary,
  own.source_id,
  own.row_count
from (
  select
    summary,
    source_id,
    count(*) as row_count
  from logtally.own_count
  group by
    summary,
    source_id
) as own
left join logtally.count_source as s
  on s.source_id = own.source_id
where s.source_id is null
order by
  own.summary,
  own.source_id
limit 10;
