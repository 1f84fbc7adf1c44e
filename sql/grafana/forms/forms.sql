-- How each form does in the time range: a row for each form and page on which it stands. Completed is the share of those begun that were sent; visitors are those who sent or left it.
select coalesce(form, 'not known') as form, page_of(metadata ->> 'url') as page,
    count(*) filter (where sent) as submissions, count(*) filter (where not sent) as abandonments,
    avg(sent::integer)::float8 as completed, count(distinct metadata ->> 'uuid') as visitors
from (
    select form, true as sent, metadata from form_submissions where $__timeFilter(event_time)
    union all
    select form, false, metadata from form_abandonments where $__timeFilter(event_time)
) f
group by 1, 2
order by count(*) desc, 1, 2
limit 50
