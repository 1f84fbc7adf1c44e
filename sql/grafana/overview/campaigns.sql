-- Pageviews whose address names a campaign (utm_source, utm_campaign), in the time range: a row for each source, medium and campaign, up to 20.
select substring(url from '[?&]utm_source=([^&#]*)') as source,
    substring(url from '[?&]utm_medium=([^&#]*)') as medium,
    substring(url from '[?&]utm_campaign=([^&#]*)') as campaign,
    count(*) as pageviews, count(distinct metadata ->> 'uuid') as visitors
from pageviews
where $__timeFilter(event_time) and url ~ '[?&]utm_(source|campaign)='
group by 1, 2, 3
order by 4 desc, 1, 2, 3
limit 20
