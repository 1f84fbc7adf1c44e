-- How often and for how long each video was played, by day; kept for ever.
create view seconds_per_video with (action = materialize) as
select title, date_trunc('day', event_time) as day, count(*) as plays, sum(seconds) as seconds
from video_plays
group by 1, 2;
