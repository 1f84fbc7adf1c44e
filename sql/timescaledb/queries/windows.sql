-- Returns (id, since) of all windows that were ever declared.
select id, since from windows
