-- Says of views $1 that something that was stored was not fed to them: they are filled anew.
update views.catalog set missed = true where name = any ($1::text[]) and not missed
