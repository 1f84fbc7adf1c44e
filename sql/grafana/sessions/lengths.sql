-- Sessions of the time range by how many pages were opened in them: a bar for each number or range of numbers.
select case when pageviews <= 2 then pageviews::text when pageviews <= 5 then '3 to 5'
    when pageviews <= 10 then '6 to 10' else 'over 10' end as pages,
    count(*) as sessions
from (
    select count(*) as pageviews
    from pageviews
    where $__timeFilter(event_time) and metadata ->> 'session' is not null
    group by metadata ->> 'session'
) s
group by 1
order by min(pageviews)
