-- Pageviews of the time range by the hour of the day (UTC) in which they happened: a bar for each hour that has any.
select to_char(event_time at time zone 'UTC', 'HH24') as hour, count(*) as pageviews
from pageviews
where $__timeFilter(event_time) and ${page:sqlstring} in ('*', page_of(url))
group by 1
order by 1
