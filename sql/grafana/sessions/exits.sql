-- The last page of each session, as far as the time range goes: a row for each of the 20 most frequent.
select page, count(*) as sessions
from (
    select (array_agg(page_of(url) order by event_time desc, id desc))[1] as page
    from pageviews
    where $__timeFilter(event_time) and metadata ->> 'session' is not null
    group by metadata ->> 'session'
) s
group by 1
order by 2 desc, 1
limit 20
