-- Pageviews by the title of the page, of all time; kept for ever.
create view title_views_count with (action = materialize) as
select title, count(*)
from pageviews
group by title;
