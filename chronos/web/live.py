"""`GET /`: the live page, and the scripts and styles that it is made of."""

from functools import cache

from aiohttp.web import Request, Response
from faust.web import View

from chronos import resources
from chronos.app import app
from chronos.web import files

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Asked for again each time, which a 304 answers: the files of one version belong together.
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@app.page("/")
class LivePage(View):
    """What happens now, to be left open."""

    async def get(self, request: Request) -> Response:
        """The page."""
        return await files.answer(request, _read("live.html"), TYPES[".html"], None, HEADERS)


@app.page("/live/{name}")
class LiveFile(View):
    """A script, a style or the icon of the page."""

    async def get(self, request: Request, name: str) -> Response:
        """The file; 404 where the page has none of that name."""
        return await _file(request, name)


@app.page("/live/vendor/{library}/{name}")
class LiveVendorFile(View):
    """A file of a library that the page uses."""

    async def get(self, request: Request, library: str, name: str) -> Response:
        """The file; 404 where there is none of that name."""
        return await _file(request, f"vendor/{library}/{name}")


async def _file(request: Request, name: str) -> Response:
    content_type = served().get(name)
    if content_type is None:
        return files.absent(404, "the live page has no such file", headers=HEADERS)
    return await files.answer(request, _read(f"live/{name}"), content_type, None, HEADERS)


@cache
def served() -> dict[str, str]:
    """The names of the files that are served, as they stand behind `/live/`, and what each is."""
    folder = resources.page("live")
    found = {path.relative_to(folder).as_posix(): TYPES.get(path.suffix) for path in folder.rglob("*.*")}
    return {name: content_type for name, content_type in found.items() if content_type}


@cache
def _read(name: str) -> bytes:
    return resources.page(name).read_bytes()
