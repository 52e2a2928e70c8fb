-- Lists where logs were last seen that may still grow and that runs of this host have counted for the same paths: their names may have
-- changed since.
-- Reads: logtally.log_stream, batch, run. Writes: nothing. Parameters: $1 host, $2 site, $3 paths as they were given, an array.
-- Returns: path; in their order.
-- May be repeated. Locks nothing.
select distinct s.last_path as path
from logtally.log_stream as s
join logtally.batch as b
  on b.stream_id = s.stream_id
join logtally.run as r
  on r.run_id = b.run_id
where s.state = 'open'
  and s.site = $2::text
  and r.host = $1::text
  and r.settings -> 'paths' = to_jsonb($3::text[])
order by path;
