-- Returns the rows of view {event} whose event time is from $1 up to before $2, as they happened, each as JSON.
select row_to_json(line)
from (
    select '{event}' as event, e.*
    from {event} e
    where event_time >= $1::timestamptz and event_time < $2::timestamptz
    order by event_time, id
) line
