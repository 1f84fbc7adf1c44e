"""`GET /api/views` and `GET /api/views/NAME`: the continuous views, as JSON or CSV."""

import asyncio
import csv
import io
import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from aiohttp.web import Request, Response
from faust.web import View

from chronos import addresses
from chronos.app import app, config
from chronos.database.queries import query
from chronos.errors import MissingAddress, NotAcceptable, RequestError, ViewsUnavailable
from chronos.views.reading import Question, Reader
from chronos.views.reading import View as ReadableView
from chronos.web.negotiation import best_type

JSON, CSV = "application/json", "text/csv"

_encoder = msgspec.json.Encoder(decimal_format="number", order=None, enc_hook=str)
_readers: list[Reader] = []


@app.page("/api/views")
class Views(View):
    """Which views there are."""

    async def get(self, request: Request) -> Response:
        """``{"kept_by", "views": [{"name", "about", "columns": [{"name", "type"}]}]}``."""
        return await _answered(request, _list)


@app.page("/api/views/{name}")
class ViewRows(View):
    """Rows of one view."""

    async def get(self, request: Request, name: str) -> Response:
        """``{"view", "columns", "limit", "offset", "rows": [{column: value}]}``, or the rows as CSV."""
        return await _answered(request, lambda kind: _rows(request, name, kind))


async def _answered(request: Request, work: Callable[[str], Awaitable[Response]]) -> Response:
    try:
        kind = best_type(request.headers.get("Accept", ""), (JSON, CSV))
        if kind is None:
            raise NotAcceptable
        response = await work(kind)
    except RequestError as error:
        response = _json({"success": False, "error": str(error)}, error.status)
        if error.retry_after:
            response.headers["Retry-After"] = str(math.ceil(error.retry_after))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    return response


async def _list(kind: str) -> Response:
    found = await _reader().views()
    if kind == CSV:
        return _csv(["name", "about"], [(view.name, view.about) for view in found])
    views = [{"name": one.name, "about": one.about, "columns": _columns(one.columns)} for one in found]
    kept_by = "chronos" if config.pipelinedb.kept_by_chronos else "pipelinedb"
    return _json({"kept_by": kept_by, "views": views})


async def _rows(request: Request, name: str, kind: str) -> Response:
    view, question, rows = await _reader().read(name, list(request.query.items()))
    # Beside the loop, on which beacons are waiting: there may be millions of characters.
    return await asyncio.to_thread(_encoded, kind, view, question, rows)


def _encoded(kind: str, view: ReadableView, question: Question, rows: Sequence[Sequence[Any]]) -> Response:
    if kind == CSV:
        return _csv(list(view.columns), rows)
    kinds = view.columns.values()
    shown = [
        {column: _value(value, kind) for column, value, kind in zip(view.columns, row, kinds, strict=True)}
        for row in rows
    ]
    about = {"limit": question.limit, "offset": question.offset, "rows": shown}
    return _json({"view": view.name, "columns": _columns(view.columns), **about})


def _reader() -> Reader:
    if not _readers:
        try:
            found = addresses.resolve(config)
        except MissingAddress as error:
            raise ViewsUnavailable(address="-", reason=error) from error
        kept = config.pipelinedb.kept_by_chronos
        url = found.timescaledb if kept else str(found.pipelinedb)
        catalog = query("readable_views") if kept else query("readable_pipelinedb_views")
        _readers.append(Reader(url, catalog, config.pipelinedb.read_timeout_seconds))
    return _readers[0]


def _columns(columns: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in columns.items()]


def _value(value: Any, kind: str) -> Any:
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return msgspec.Raw(value.encode()) if kind in ("json", "jsonb") and value is not None else value


def _json(content: Any, status: int = 200) -> Response:
    return Response(status=status, body=_encoder.encode(content), content_type=JSON)


def _csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_field(value) for value in row] for row in rows)
    return Response(text=text.getvalue(), content_type=CSV, charset="utf-8")


def _field(value: Any) -> Any:
    # As in JSON.
    return msgspec.to_builtins(value) if isinstance(value, datetime) else value
