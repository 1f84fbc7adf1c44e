-- Sessions that began in the time range: one number. A session ends after 30 minutes without an event.
select count(*) as sessions
from sessions
where $__timeFilter(event_time)
