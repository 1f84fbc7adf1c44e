-- Returns a text that differs whenever a view was made, changed or dropped.
select count(*) || '/' || coalesce(max(revision), 0) from views.catalog
