-- The 20 pages that were opened most in the time range: a row for each address without what stands behind ? and #. Click on one to see its dashboard.
select page_of(url) as page, count(*) as pageviews, count(distinct metadata ->> 'uuid') as visitors
from pageviews
where $__timeFilter(event_time)
group by 1
order by 2 desc, 1
limit 20
