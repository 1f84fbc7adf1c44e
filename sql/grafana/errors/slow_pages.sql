-- The pages that are slowest to show their largest part, in the time range: a row for each of 20 pages, with the 75th percentile of three vitals and how many loads were measured.
select page_of(metadata ->> 'url') as page,
    percentile_cont(0.75) within group (order by value) filter (where name = 'LCP') as lcp,
    percentile_cont(0.75) within group (order by value) filter (where name = 'INP') as inp,
    percentile_cont(0.75) within group (order by value) filter (where name = 'CLS') as cls,
    count(*) filter (where name = 'LCP') as loads
from web_vitals
where $__timeFilter(event_time)
group by 1
order by 2 desc nulls last, 1
limit 20
