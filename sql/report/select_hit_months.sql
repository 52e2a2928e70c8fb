-- Lists the months that lines were counted of.
-- Reads: logtally.hit_month. Writes: nothing. Parameters: none.
-- Returns: month_on (the first day), is_closed (whether it is added up), is_folded (whether its days are folded); in
-- their order.
-- May be repeated. Locks nothing.
select
  month_on,
  is_closed,
  is_folded
from logtally.hit_month
order by month_on;
