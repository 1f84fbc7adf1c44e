-- Sessions by the time when they began: a bar for each interval.
select $__timeGroupAlias(event_time, $__interval, 0), count(*) as sessions
from sessions
where $__timeFilter(event_time)
group by 1
order by 1
