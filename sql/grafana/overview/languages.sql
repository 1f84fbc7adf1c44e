-- Visitors of the time range by the language that their browser prefers: a bar for each of the 10 most frequent.
select coalesce(metadata ->> 'language', 'not known') as language,
    count(distinct metadata ->> 'uuid') as visitors
from pageviews
where $__timeFilter(event_time)
group by 1
order by 2 desc, 1
limit 10
