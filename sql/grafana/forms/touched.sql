-- How many fields people had touched when they left a form, in the time range: a bar for each number.
select jsonb_array_length(fields)::text as fields, count(*) as abandonments
from form_abandonments
where $__timeFilter(event_time)
group by jsonb_array_length(fields)
order by jsonb_array_length(fields)
