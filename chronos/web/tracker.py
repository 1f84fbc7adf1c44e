"""The tracker: `GET /tracker.js`, configured, the part that measures web vitals, and their source maps."""

import json
from functools import cache, lru_cache
from pathlib import PurePosixPath
from urllib.parse import quote

from aiohttp.web import Request, Response
from faust.web import View

from chronos import resources
from chronos.app import app, config
from chronos.services import access
from chronos.settings import Settings, WriteKeyFields
from chronos.settings.paths import source_map_path
from chronos.settings.tracker import Tracker as TrackerSettings
from chronos.web import files

PLACEHOLDER = '"__CHRONOS_CONFIG__"'
JAVASCRIPT = "text/javascript; charset=utf-8"
JSON = "application/json"
BUNDLE, VITALS = "tracker.js", "vitals.js"
SHOWN_NAME = 100


@app.page(config.web.tracker_path)
class Tracker(View):
    """The script that a page includes."""

    async def get(self, request: Request) -> Response:
        """The bundle with a key and this server's settings; `?project=NAME` chooses whose newest key."""
        project = request.query.get("project")
        key = access.newest_key(project)
        if key is None:
            return _no_key(project)
        try:
            script = configured(key, config)
        except FileNotFoundError:
            return _no_file(BUNDLE)
        return await files.answer(request, script, JAVASCRIPT, _source_map(BUNDLE, config.web.tracker_path))


@app.page(source_map_path(config.web.tracker_path))
class TrackerMap(View):
    """The source map of the script."""

    async def get(self, request: Request) -> Response:
        """The map; 404 in a build without one."""
        return await _file(request, f"{BUNDLE}.map", JSON)


@app.page(config.web.vitals_path)
class Vitals(View):
    """The part of the tracker that it loads when the page is idle."""

    async def get(self, request: Request) -> Response:
        """The script; 404 in a build without one."""
        return await _file(request, VITALS, JAVASCRIPT, _source_map(VITALS, config.web.vitals_path))


@app.page(source_map_path(config.web.vitals_path))
class VitalsMap(View):
    """The source map of that part."""

    async def get(self, request: Request) -> Response:
        """The map; 404 in a build without one."""
        return await _file(request, f"{VITALS}.map", JSON)


def configured(key: WriteKeyFields, settings: Settings) -> bytes:
    """The bundle, in place of the placeholder its configuration."""
    values = {
        "key": key.key,
        # It begins the names of what is stored in the browser, and a colon ends it.
        "project": quote(key.name, safe=""),
        "events_path": settings.web.events_path,
        "vitals_path": settings.web.vitals_path,
        # A beacon that waited for longer would not be known again.
        "keep_days": settings.limits.beacon_id_days,
        **_settings(settings.tracker),
    }
    # `<` is escaped so that the script can stand inside a page as well.
    return _bundle_with(json.dumps(values).replace("<", "\\u003c"))


def _settings(tracker: TrackerSettings) -> dict[str, object]:
    """Those that the script does not take for granted: numbers, and what is not as by default."""
    numbers = {name: value for name, value in tracker if type(value) is int}
    return numbers | tracker.model_dump(exclude_defaults=True)


@lru_cache(maxsize=64)
def _bundle_with(configuration: str) -> bytes:
    return _read(BUNDLE).replace(PLACEHOLDER.encode(), configuration.encode())


async def _file(request: Request, name: str, content_type: str, source_map: str | None = None) -> Response:
    try:
        content = _read(name)
    except FileNotFoundError:
        return _no_file(name)
    return await files.answer(request, content, content_type, source_map)


@cache
def _source_map(name: str, path: str) -> str | None:
    """The last part of the map's path: a proxy may have put something before it."""
    there = resources.tracker(f"{name}.map").exists()
    return source_map_path(PurePosixPath(path).name) if there else None


def _no_file(name: str) -> Response:
    return files.absent(404, f"// there is no {name} in this build of Chronos: `make tracker` makes it")


def _no_key(project: str | None) -> Response:
    if project is None:
        return files.absent(503, "// no write key: run `chronos key new`", JAVASCRIPT)
    # As JSON, whose line breaks are escaped: nothing of the name leaves the comment.
    name = json.dumps(project[:SHOWN_NAME])
    reason = f"// no write key of project {name}: `chronos key list` shows all, `chronos key new` makes one"
    return files.absent(404, reason, JAVASCRIPT)


@cache
def _read(name: str) -> bytes:
    return resources.tracker(name).read_bytes()
