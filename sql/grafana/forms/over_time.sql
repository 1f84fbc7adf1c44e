-- Forms sent, and forms begun and left, by the time when that happened: a bar for each interval.
select $__timeGroupAlias(event_time, $__interval, 0), kind as metric, count(*) as value
from (
    select event_time, 'sent' as kind from form_submissions where $__timeFilter(event_time)
    union all
    select event_time, 'left' from form_abandonments where $__timeFilter(event_time)
) f
group by 1, 2
order by 1, 2
