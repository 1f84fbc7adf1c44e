-- For how long pages were in view in half of all sessions or less, in the time range: the median, one number.
select percentile_cont(0.5) within group (order by seconds) as visible
from (
    select sum(duration) / 1000 as seconds
    from visible_times
    where $__timeFilter(event_time) and metadata ->> 'session' is not null
    group by metadata ->> 'session'
) s
