-- Pages opened in the time range: one number. In a single-page application every new address is a pageview, too.
select count(*) as pageviews
from pageviews
where $__timeFilter(event_time)
