-- Forms begun and not sent, and distinct visitors who left them, by form, of all time; kept for ever.
create view form_abandonments_count with (action = materialize) as
select form, count(*) as abandonments, count(distinct metadata ->> 'uuid') as visitors
from form_abandonments
group by form;
