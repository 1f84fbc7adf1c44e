-- The 75th percentile of the web vitals that are times, by when they were measured: a point for each vital and interval.
select $__timeGroupAlias(event_time, $__interval), name as metric,
    percentile_cont(0.75) within group (order by value) as value
from web_vitals
where $__timeFilter(event_time) and name <> 'CLS'
group by 1, 2
order by 1, 2
