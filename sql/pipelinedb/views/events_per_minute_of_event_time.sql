-- Events by type and minute in which they happened; kept for 30 days.
create view events_per_minute_of_event_time with (action = materialize, ttl = '30 days', ttl_column = 'minute') as
select event_type, date_trunc('minute', event_time) as minute, count(*)
from events
group by event_type, date_trunc('minute', event_time);
