-- Where people gave up in the time range: a row for each form and the field that they touched last.
select form, fields ->> -1 as field, count(*) as abandonments, count(distinct metadata ->> 'uuid') as visitors
from form_abandonments
where $__timeFilter(event_time)
group by 1, 2
order by 3 desc, 1, 2
limit 50
