-- Where pageviews of the time range came from, other pages of the site included: a row for each of the 20 most frequent addresses, without what stands behind ? and #.
select page_of(referrer) as referrer, count(*) as pageviews, count(distinct metadata ->> 'uuid') as visitors
from pageviews
where $__timeFilter(event_time) and ${page:sqlstring} in ('*', page_of(url)) and referrer <> ''
group by 1
order by 2 desc, 1
limit 20
