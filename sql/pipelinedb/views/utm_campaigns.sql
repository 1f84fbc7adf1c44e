-- Pageviews and distinct visitors by UTM source, medium, campaign and day (UTC); kept for ever.
create view utm_campaigns with (action = materialize) as
select substring(url from '[?&]utm_source=([^&#]*)') as source,
    substring(url from '[?&]utm_medium=([^&#]*)') as medium,
    substring(url from '[?&]utm_campaign=([^&#]*)') as campaign,
    date_trunc('day', event_time) as day, count(*) as pageviews,
    count(distinct metadata ->> 'uuid') as visitors
from pageviews
where url ~ '[?&]utm_(source|campaign)='
group by source, medium, campaign, date_trunc('day', event_time);
