-- Forms sent in the time range: one number.
select count(*) as submissions
from form_submissions
where $__timeFilter(event_time)
