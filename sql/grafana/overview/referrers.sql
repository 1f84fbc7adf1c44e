-- The 20 other sites from which most pageviews came in the time range: a row for each host. Where people typed the address, or the browser keeps it to itself, there is none.
select host_of(referrer) as site, count(*) as pageviews, count(distinct metadata ->> 'uuid') as visitors
from pageviews
where $__timeFilter(event_time) and host_of(referrer) <> host_of(url)
group by 1
order by 2 desc, 1
limit 20
