-- Web vitals of the time range, a number for each: for three page loads of four the value was this or better (75th percentile). LCP: the largest part is shown; INP: the page answers; CLS: how far things jump; FCP: the first part is shown; TTFB: the first byte comes.
select percentile_cont(0.75) within group (order by value) filter (where name = 'LCP') as lcp,
    percentile_cont(0.75) within group (order by value) filter (where name = 'INP') as inp,
    percentile_cont(0.75) within group (order by value) filter (where name = 'CLS') as cls,
    percentile_cont(0.75) within group (order by value) filter (where name = 'FCP') as fcp,
    percentile_cont(0.75) within group (order by value) filter (where name = 'TTFB') as ttfb
from web_vitals
where $__timeFilter(event_time)
