-- How the measurements of each web vital in the time range are rated by Google's bounds: a bar for each vital.
select name as vital, count(*) filter (where rating = 'good') as good,
    count(*) filter (where rating = 'needs-improvement') as needs_improvement,
    count(*) filter (where rating = 'poor') as poor
from web_vitals
where $__timeFilter(event_time)
group by 1
order by 1
