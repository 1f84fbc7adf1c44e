-- Ends incident $1 of $2 at $3; returns a row unless somebody else has ended it.
update incidents set ended = greatest($3, begun), seen = clock_timestamp()
where name = $1 and subject = $2 and ended is null
returning id
