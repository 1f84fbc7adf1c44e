-- Pageviews and distinct visitors by address and hour in which they happened; kept for 90 days.
create view pageviews_per_hour with (action = materialize, ttl = '90 days', ttl_column = 'hour') as
select url, date_trunc('hour', event_time) as hour, count(*) as pageviews,
    count(distinct metadata ->> 'uuid') as visitors
from pageviews
group by url, date_trunc('hour', event_time);
