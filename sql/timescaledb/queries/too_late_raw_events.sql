-- Returns how many raw events of a view of windows arrived between $1 and $2, later than $3 but not older than $4.
select count(*)
from (
    select left(({key}
    ), 1000) as key
    from ({rows}) e
    where time >= $1::timestamptz and time < $2::timestamptz and time - event_time > $3::interval
        and event_time >= $1::timestamptz - $4::interval and event_time < $2::timestamptz - $3::interval
        and ({filter}
        )
) keys
where key is not null
