-- Pages with the most script errors in the time range: a row for each of the first 20.
select page_of(metadata ->> 'url') as page, count(*) as errors, count(distinct metadata ->> 'uuid') as visitors
from errors
where $__timeFilter(event_time)
group by 1
order by 2 desc, 1
limit 20
