-- The pages of the time range for a list to choose from, the 200 most opened first, after one entry for all.
(select 'All pages' as __text, '*' as __value)
union all
(select page_of(url), page_of(url)
from pageviews
where $__timeFilter(event_time)
group by 1, 2
order by count(*) desc, 1
limit 200)
