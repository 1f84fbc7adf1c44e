-- Pageviews and distinct visitors by the page before and day in which they happened (UTC); kept for ever.
create view referrers with (action = materialize) as
select referrer, date_trunc('day', event_time) as day, count(*) as pageviews,
    count(distinct metadata ->> 'uuid') as visitors
from pageviews
where referrer <> ''
group by referrer, date_trunc('day', event_time);
