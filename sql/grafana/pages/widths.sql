-- Visitors of the time range by the width of their window in CSS pixels: a bar for each kind of screen.
select case when width < 600 then 'phone, under 600' when width < 1024 then 'tablet, under 1024'
    when width >= 1024 then 'desktop' else 'not known' end as screen,
    count(distinct visitor) as visitors
from (
    select substring(metadata ->> 'viewport' from '^(\d{1,6})x')::integer as width, metadata ->> 'uuid' as visitor
    from pageviews
    where $__timeFilter(event_time) and ${page:sqlstring} in ('*', page_of(url))
) v
group by 1
order by 2 desc, 1
