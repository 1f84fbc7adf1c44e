-- Percentiles of the web vitals by name and day in which they were measured (UTC); kept for ever.
create view web_vitals_percentiles with (action = materialize) as
select name, date_trunc('day', event_time) as day, count(*),
    percentile_cont(0.5) within group (order by value) as p50,
    percentile_cont(0.75) within group (order by value) as p75,
    percentile_cont(0.95) within group (order by value) as p95
from web_vitals
group by name, date_trunc('day', event_time);
