-- What was clicked most in the time range: a row for each of the 50 most frequent parts of pages, as a short path of elements.
select target_node as target, count(*) as clicks, count(distinct metadata ->> 'uuid') as visitors
from clicks
where $__timeFilter(event_time) and ${page:sqlstring} in ('*', page_of(metadata ->> 'url'))
group by 1
order by 2 desc, 1
limit 50
