-- Reads the keys by which visitors are told apart, without those that were destroyed.
-- Reads: logtally.visitor_key. Writes: nothing. Parameters: none. Returns: site, day, key (hexadecimal).
-- May be repeated. Locks nothing.
select
  site,
  day,
  encode(key, 'hex') as key
from logtally.visitor_key
where key is not null;
