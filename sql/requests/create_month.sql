-- Makes the partition of a month, if it is missing.
-- Reads: the catalogue. Writes: a partition of logtally.request. Parameters: $1 a day of the month. Returns: nothing that is used.
-- May be repeated. While it makes one, other runs that make one wait until this transaction ends.
select logtally.create_request_month($1::date);
