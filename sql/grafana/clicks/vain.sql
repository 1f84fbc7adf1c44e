-- Where people clicked in vain in the time range: a row for each page and part of it, the 50 worst first. Rage clicks are three within a second on one spot; after a dead click nothing changed within a second.
select page_of(metadata ->> 'url') as page, target_node as target,
    count(*) filter (where kind = 'rage') as rage_clicks, count(*) filter (where kind = 'dead') as dead_clicks,
    count(distinct metadata ->> 'uuid') as visitors
from (
    select 'rage' as kind, target_node, metadata from rage_clicks where $__timeFilter(event_time)
    union all
    select 'dead', target_node, metadata from dead_clicks where $__timeFilter(event_time)
) c
where ${page:sqlstring} in ('*', page_of(metadata ->> 'url'))
group by 1, 2
order by count(*) desc, 1, 2
limit 50
