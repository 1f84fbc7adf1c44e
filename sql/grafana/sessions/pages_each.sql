-- Pages opened per session in the time range, on average: one number.
select count(*)::float8 / nullif(count(distinct metadata ->> 'session'), 0) as pages
from pageviews
where $__timeFilter(event_time) and metadata ->> 'session' is not null
