-- Errors of the pages' scripts in the time range: one number.
select count(*) as errors
from errors
where $__timeFilter(event_time)
