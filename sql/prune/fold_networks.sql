-- Adds up the requests of all client networks, by country, which stays.
-- Reads, writes: logtally.site_count. Parameters: $1 first day, $2 last day. Returns: nothing.
-- Once before delete_networks.sql, in its transaction: a repetition would add again. Under the merge lock. Each source keeps its
-- requests, so a run can be undone all the same.
insert into logtally.site_count (part, source_id, day, key2, requests, bytes)
select
  part,
  source_id,
  day,
  key2,
  sum(requests)::bigint,
  sum(bytes)::bigint
from logtally.site_count
where part = 10
  and day between $1::date and $2::date
  and key1 is not null
group by
  part,
  source_id,
  day,
  key2;
