-- The 50 sessions of the time range that were active last: a row for each, with the time for which pages were in view.
with opened as (
    select metadata ->> 'session' as session, min(metadata ->> 'uuid') as visitor,
        min(event_time) as first_page, max(event_time) as last_page, count(*) as pageviews,
        (array_agg(page_of(url) order by event_time, id))[1] as entry,
        (array_agg(page_of(url) order by event_time desc, id desc))[1] as exit
    from pageviews
    where $__timeFilter(event_time) and metadata ->> 'session' is not null
    group by 1
    order by last_page desc, session
    limit 50
),
visible as (
    select metadata ->> 'session' as session, sum(duration) / 1000 as seconds
    from visible_times
    where $__timeFilter(event_time)
    group by 1
)
select first_page, last_page, visitor, pageviews, seconds as visible, entry, exit
from opened
left join visible using (session)
order by last_page desc, session
