-- Clicks on links by the text of the link, of all time; kept for ever.
create view link_text_counts with (action = materialize) as
select link_text, count(*)
from link_clicks
group by link_text;
