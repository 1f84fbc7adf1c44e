-- What each shipped view has to say, in plain SQL over the raw events, written by hand.

-- active_visitors
select count(distinct metadata->>'uuid') as visitors from {events} e where date_bin('15 seconds', time,
'2000-01-01Z') > now() - interval '5 minutes'

-- error_messages
select message, count(*), count(distinct metadata->>'uuid') as visitors, min(event_time) as first_seen,
max(event_time) as last_seen, (array_agg(source order by event_time desc, source desc))[1] as last_source from
errors group by message

-- events_per_minute_of_arrival
select event_type, date_trunc('minute', time) as minute, count(*) from {events} e where date_trunc('minute',
time) > now() - interval '30 days' group by 1, 2

-- events_per_minute_of_event_time
select event_type, date_trunc('minute', event_time) as minute, count(*) from {events} e where
date_trunc('minute', event_time) > now() - interval '30 days' group by 1, 2

-- form_abandonments_count
select form, count(*) as abandonments, count(distinct metadata->>'uuid') as visitors from form_abandonments
group by 1

-- form_submissions_count
select form, count(*) as submissions, count(distinct metadata->>'uuid') as visitors from form_submissions
group by 1

-- key_press_count
select key, count(*) from key_presses group by 1

-- link_text_counts
select link_text, count(*) from link_clicks group by 1

-- mouse_moves_count
select count(*) from mouse_moves having count(*) > 0

-- node_types_count
select target_node, count(*) from clicks group by 1

-- outbound_links
select target_url, date_trunc('day', event_time) as day, count(*) from link_clicks where outbound is true
group by 1, 2

-- pageviews_per_day
select url, date_trunc('day', event_time) as day, count(*) as pageviews, count(distinct metadata->>'uuid') as
visitors from pageviews group by 1, 2

-- pageviews_per_hour
select url, date_trunc('hour', event_time) as hour, count(*) as pageviews, count(distinct metadata->>'uuid')
as visitors from pageviews where date_trunc('hour', event_time) > now() - interval '90 days' group by 1, 2

-- referrers
select referrer, date_trunc('day', event_time) as day, count(*) as pageviews, count(distinct
metadata->>'uuid') as visitors from pageviews where length(referrer) > 0 group by 1, 2

-- title_views_count
select title, count(*) from pageviews group by 1

-- utm_campaigns
select (regexp_match(url, '[?&]utm_source=([^&#]*)'))[1] as source, (regexp_match(url,
'[?&]utm_medium=([^&#]*)'))[1] as medium, (regexp_match(url, '[?&]utm_campaign=([^&#]*)'))[1] as campaign,
date_trunc('day', event_time) as day, count(*) as pageviews, count(distinct metadata->>'uuid') as visitors
from pageviews where url ~ '[?&]utm_source=' or url ~ '[?&]utm_campaign=' group by 1, 2, 3, 4

-- web_vitals_percentiles
select name, date_trunc('day', event_time) as day, count(*), percentile_cont(0.5) within group (order by
value) as p50, percentile_cont(0.75) within group (order by value) as p75, percentile_cont(0.95) within group
(order by value) as p95 from web_vitals group by 1, 2
