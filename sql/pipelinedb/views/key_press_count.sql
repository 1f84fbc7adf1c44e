-- Keys pressed, by key, of all time; kept for ever.
create view key_press_count with (action = materialize) as
select key, count(*)
from key_presses
group by key;
