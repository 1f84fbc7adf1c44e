-- Clicks on links to other sites by target and day in which they happened (UTC); kept for ever.
create view outbound_links with (action = materialize) as
select target_url, date_trunc('day', event_time) as day, count(*)
from link_clicks
where outbound
group by target_url, date_trunc('day', event_time);
