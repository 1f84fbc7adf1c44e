-- Keys that were pressed outside of fields in the time range: a bar for each of the 15 most frequent. What is typed into fields is not known.
select case key when ' ' then 'Space' else key end as key, count(*) as presses
from key_presses
where $__timeFilter(event_time) and key <> 'Unidentified'
    and ${page:sqlstring} in ('*', page_of(metadata ->> 'url'))
group by 1
order by 2 desc, 1
limit 15
