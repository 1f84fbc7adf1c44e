-- What went wrong in the time range: a row for each of the 50 most frequent messages and places in a script, with the visitors who met it.
select message, page_of(source) as script, nullif(line_number, 0) as line, count(*) as errors,
    count(distinct metadata ->> 'uuid') as visitors, min(event_time) as first_time, max(event_time) as last_time
from errors
where $__timeFilter(event_time)
group by 1, 2, 3
order by 4 desc, 1, 2, 3
limit 50
