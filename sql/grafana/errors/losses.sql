-- Events that trackers had to drop, as they reported it in the time range: a row for each reason.
select reason, sum(events)::bigint as events, count(distinct metadata ->> 'uuid') as visitors
from losses
where $__timeFilter(event_time)
group by 1
order by 2 desc, 1
