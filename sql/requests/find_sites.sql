-- Lists the sites that something was counted of.
-- Reads: logtally.count_source, content_type. Writes: nothing. Parameters: none. Returns: site, in order.
-- May be repeated. Locks nothing.
select site
from logtally.count_source
union
select site
from logtally.content_type
order by site;
