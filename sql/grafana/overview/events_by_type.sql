-- Events of each type by the time when they happened: a bar for each interval, of whole minutes. From the continuous view events_per_minute_of_event_time, which goes back 30 days.
select $__timeGroupAlias(minute, $__interval, 0), event_type as metric, sum(count)::bigint as value
from events_per_minute_of_event_time
where $__timeFilter(minute)
group by 1, 2
order by 1, 2
