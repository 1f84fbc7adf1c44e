-- Distinct visitors who opened a page in the time range: one number. A visitor is a browser, by the random id that the tracker gave it.
select count(*) as visitors
from (
    select from pageviews
    where $__timeFilter(event_time) and metadata ->> 'uuid' is not null
    group by metadata ->> 'uuid'
) v
