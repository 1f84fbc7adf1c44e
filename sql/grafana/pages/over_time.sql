-- Pageviews of the 10 pages that were opened most in the time range, or of the one that was chosen: a point for each page and interval.
with opened as materialized (
    select event_time, page_of(url) as page
    from pageviews
    where $__timeFilter(event_time) and ${page:sqlstring} in ('*', page_of(url))
),
most as (
    select page from opened group by page order by count(*) desc, page limit 10
)
select $__timeGroupAlias(event_time, $__interval, 0), page as metric, count(*) as value
from opened
join most using (page)
group by 1, 2
order by 1, 2
