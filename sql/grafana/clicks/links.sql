-- Links that were followed most in the time range: a row for each of the 50 most frequent texts and targets.
select link_text as text, target_url as target, count(*) as clicks, count(distinct metadata ->> 'uuid') as visitors
from link_clicks
where $__timeFilter(event_time) and ${page:sqlstring} in ('*', page_of(metadata ->> 'url'))
group by 1, 2
order by 3 desc, 1, 2
limit 50
