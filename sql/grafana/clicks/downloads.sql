-- Files that were downloaded by links, in the time range: a row for each of the 20 most frequent addresses.
select target_url as file, count(*) as downloads, count(distinct metadata ->> 'uuid') as visitors
from link_clicks
where $__timeFilter(event_time) and download and ${page:sqlstring} in ('*', page_of(metadata ->> 'url'))
group by 1
order by 2 desc, 1
limit 20
