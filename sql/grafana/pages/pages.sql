-- How pages do in the time range: a row for each of the 50 most opened. Visible is the time for which a page was in view, per pageview; seen is how much of its height a visitor saw, averaged over visitors.
with opened as (
    select page_of(url) as page, count(*) as pageviews, count(distinct metadata ->> 'uuid') as visitors
    from pageviews
    where $__timeFilter(event_time) and ${page:sqlstring} in ('*', page_of(url))
    group by 1
    order by 2 desc, 1
    limit 50
),
visible as (
    select page_of(metadata ->> 'url') as page, sum(duration) / 1000 as seconds
    from visible_times
    where $__timeFilter(event_time)
    group by 1
),
deepest as (
    select page_of(metadata ->> 'url') as page, max(depth) as depth
    from scroll_depths
    where $__timeFilter(event_time)
    group by 1, metadata ->> 'uuid'
),
seen as (
    select page, avg(depth) as depth from deepest group by 1
)
select page, pageviews, visitors, seconds / pageviews as visible, depth as seen
from opened
left join visible using (page)
left join seen using (page)
order by pageviews desc, page
