-- Where people left the site to by links, in the time range: a row for each of the 20 most frequent hosts.
select coalesce(host_of(target_url), target_url) as site, count(*) as clicks,
    count(distinct metadata ->> 'uuid') as visitors
from link_clicks
where $__timeFilter(event_time) and outbound and ${page:sqlstring} in ('*', page_of(metadata ->> 'url'))
group by 1
order by 2 desc, 1
limit 20
