-- Forms begun and left without sending, in the time range: one number. A form that a script sends looks like that, too.
select count(*) as abandonments
from form_abandonments
where $__timeFilter(event_time)
