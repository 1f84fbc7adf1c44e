-- Pageviews, and the distinct visitors who made them, by the time when they happened: a point for each interval. The visitors of two intervals may be the same people, so they don't add up.
select $__timeGroupAlias(event_time, $__interval, 0),
    count(*) as pageviews, count(distinct metadata ->> 'uuid') as visitors
from pageviews
where $__timeFilter(event_time)
group by 1
order by 1
