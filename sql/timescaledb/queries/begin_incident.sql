-- Begins incident $1 of $2 (severity $3, summary $4, worker $5, begun $6); returns a row unless it lasts already.
insert into incidents (name, subject, severity, summary, worker, begun, seen)
values ($1, $2, $3, $4, $5, $6, clock_timestamp())
on conflict (name, subject) where ended is null do nothing
returning id
