-- Clicks by the time when they happened, and among them those on links, rage clicks (three within a second on one spot) and dead clicks (nothing changed within a second): a point for each kind and interval.
select $__timeGroupAlias(event_time, $__interval, 0), kind as metric, count(*) as value
from (
    select event_time, 'clicks' as kind, metadata from clicks where $__timeFilter(event_time)
    union all
    select event_time, 'on links', metadata from link_clicks where $__timeFilter(event_time)
    union all
    select event_time, 'rage clicks', metadata from rage_clicks where $__timeFilter(event_time)
    union all
    select event_time, 'dead clicks', metadata from dead_clicks where $__timeFilter(event_time)
) c
where ${page:sqlstring} in ('*', page_of(metadata ->> 'url'))
group by 1, 2
order by 1, 2
