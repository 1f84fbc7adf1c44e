-- The share of sessions with only one pageview in the time range: one number.
select avg((pageviews = 1)::integer)::float8 as bounced
from (
    select count(*) as pageviews
    from pageviews
    where $__timeFilter(event_time) and metadata ->> 'session' is not null
    group by metadata ->> 'session'
) s
