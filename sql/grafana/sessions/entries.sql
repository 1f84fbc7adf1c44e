-- On which pages sessions began in the time range: a row for each of the 20 most frequent, and the share of sessions that had no second pageview.
select entry as page, count(*) as sessions, avg((pageviews = 1)::integer)::float8 as bounced
from (
    select (array_agg(page_of(url) order by event_time, id))[1] as entry, count(*) as pageviews
    from pageviews
    where $__timeFilter(event_time) and metadata ->> 'session' is not null
    group by metadata ->> 'session'
) s
group by 1
order by 2 desc, 1
limit 20
