-- Events by type and minute of arrival; kept for 30 days.
create view events_per_minute_of_arrival with (action = materialize, ttl = '30 days', ttl_column = 'minute') as
select event_type, date_trunc('minute', time) as minute, count(*)
from events
group by event_type, date_trunc('minute', time);
