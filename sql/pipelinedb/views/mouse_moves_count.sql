-- Positions of the mouse, of all time, one row; kept for ever.
create view mouse_moves_count with (action = materialize) as
select count(*)
from mouse_moves;
