-- How far down visitors got in the time range: a bar for each quarter of a page's height, and how often a visitor's deepest look at a page ended there.
with deepest as (
    select max(depth) as depth
    from scroll_depths
    where $__timeFilter(event_time) and ${page:sqlstring} in ('*', page_of(metadata ->> 'url'))
    group by page_of(metadata ->> 'url'), metadata ->> 'uuid'
)
select case when depth < 25 then 'under 25 %' when depth < 50 then '25 to 50 %'
    when depth < 75 then '50 to 75 %' else '75 to 100 %' end as seen,
    count(*) as visitors
from deepest
group by 1
order by min(depth)
