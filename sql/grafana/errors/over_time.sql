-- Errors of the pages' scripts by the time when they happened: a bar for each kind and interval. An unhandled rejection is a promise that failed and that nobody looked after.
select $__timeGroupAlias(event_time, $__interval, 0), kind as metric, count(*) as value
from errors
where $__timeFilter(event_time)
group by 1, 2
order by 1, 2
