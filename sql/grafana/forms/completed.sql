-- Of the forms that were begun in the time range, the share that was sent: one number.
select sent::float8 / nullif(sent + left_alone, 0) as completed
from (
    select (select count(*) from form_submissions where $__timeFilter(event_time)) as sent,
        (select count(*) from form_abandonments where $__timeFilter(event_time)) as left_alone
) f
