-- Pageviews and distinct visitors by address and day in which they happened (UTC); kept for ever.
create view pageviews_per_day with (action = materialize) as
select url, date_trunc('day', event_time) as day, count(*) as pageviews,
    count(distinct metadata ->> 'uuid') as visitors
from pageviews
group by url, date_trunc('day', event_time);
