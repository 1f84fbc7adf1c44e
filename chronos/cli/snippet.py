"""`chronos snippet`."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import click

from chronos.cli import completing

if TYPE_CHECKING:
    from chronos.settings import Settings, WriteKeyFields

OWN_ADDRESS = "/"


def _url(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    if url is None or url == OWN_ADDRESS:
        return url
    parts = urlsplit(url)
    is_origin = parts.scheme in ("http", "https") and parts.netloc and not parts.path.strip("/")
    if not is_origin or parts.query or parts.fragment:
        raise click.BadParameter(
            f"{url!r}: give https://host[:port] without a path, or / for that of the page. Paths are set by"
            " [web] tracker_path and events_path"
        )
    return f"{parts.scheme}://{parts.netloc}"


@click.command()
@click.option(
    "--project", "name", metavar="NAME", shell_complete=completing.projects, help="Project of the events."
)
@click.option("--noscript", is_flag=True, help="Add the picture for pages without JavaScript.")
@click.option(
    "--url",
    callback=_url,
    help="Where pages reach Chronos: https://host[:port], or / where their own server passes it on.",
)
@click.option("--page", metavar="ORIGIN", help="Origin of the pages: say whether they may send.")
def snippet(name: str | None, noscript: bool, url: str | None, page: str | None) -> None:
    """Print the HTML that brings the tracker into a page, to be pasted into its head.

    Without --url the address is [web] advertised_url, or that of the worker on this machine. What would keep
    events away is said on the standard error.

    \b
    Examples:
      chronos snippet
      chronos snippet --url https://stats.example --page https://shop.example
      chronos snippet --url / --project shop --noscript
    """
    from chronos.cli import project, ways

    settings = project.settings()
    key = project.write_key(settings, name)  # which the tracker is served with
    base = url or settings.web.advertised_url or ways.of(settings).web
    base = "" if base == OWN_ADDRESS else base
    click.echo(_script(settings, base, name))
    if noscript:
        click.echo(_picture(settings, base, key))
    for warning in _warnings(settings, base, key if name is None else None, page, noscript):
        click.echo(f"Warning: {warning}", err=True)


def _script(settings: "Settings", base: str, name: str | None) -> str:
    query = "" if name is None else f"?project={quote(name, safe='')}"
    return f'<script src="{escape(base + settings.web.tracker_path + query)}" defer></script>'


def _picture(settings: "Settings", base: str, key: "WriteKeyFields") -> str:
    source = f"{base}{settings.web.pixel_path}?key={quote(key.key, safe='')}"
    return (
        f'<noscript><img src="{escape(source)}" alt="" width="1" height="1"\n'
        '  referrerpolicy="no-referrer-when-downgrade"></noscript>'
    )


def _warnings(
    settings: "Settings", base: str, chosen: "WriteKeyFields | None", page: str | None, noscript: bool
) -> Iterator[str]:
    from chronos.cli.doubts import is_local

    if is_local(base):
        yield f"only browsers on this machine reach {base}; --url says where others reach Chronos"
    elif base.startswith("http://"):
        yield f"a page that came by https loads no script from {base}"
    yield from _of_origins(settings, base, page)
    if chosen and len({key.name for key in settings.active_keys}) > 1:
        yield f"events go to project {chosen.name}, whose key is the newest; --project chooses another"
    if settings.tracker.consent == "required":
        yield "nothing is captured before the page has called chronos.optIn() ([tracker] consent)"
    if noscript and (settings.tracker.consent == "required" or not settings.tracker.events.pageviews):
        yield "the picture records nothing with these settings of [tracker]"


def _of_origins(settings: "Settings", base: str, page: str | None) -> Iterator[str]:
    from chronos.cli.doubts import is_local
    from chronos.errors import Unauthorised
    from chronos.web.access import Access

    if page is not None:
        try:
            Access(settings).check_origin(page, urlsplit(base).netloc)
        except Unauthorised:
            if base:  # behind the server of the page itself it may
                yield f"pages of {page} may not send; `chronos origin add {page}` lets them"
    elif base and all(map(is_local, settings.web.allowed_origins)):
        yield "only pages of this machine may send so far; `chronos origin add https://shop.example`"
