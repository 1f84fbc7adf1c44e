-- Returns what the raw events between $1 and $2 say of a view of windows: events by slot of 10 s and key, if not later than $3.
select floor(round(extract(epoch from event_time) * 1000000)::numeric / 10000000)::bigint as slot, key, count(*) as events
from (
    select event_time, left(({key}
    ), 1000) as key
    from ({rows}) e
    where event_time >= $1 and event_time < $2 and time - event_time <= $3 and ({filter}
    )
) keys
where key is not null
group by 1, 2
