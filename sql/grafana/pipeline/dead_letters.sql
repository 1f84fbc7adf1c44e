-- Events that did not fit and were put aside, by the time of their arrival: a row for each project and reason in the time range, up to 50. Their text is in table dead_letters, which dashboards cannot read.
select project, reason, count(*) as letters, min(time) as first_time, max(time) as last_time
from dead_letters
where $__timeFilter(time)
group by 1, 2
order by 3 desc, 1, 2
limit 50
