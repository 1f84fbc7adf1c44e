"""Answers with a file: compressed once, tagged, and, unless it is said otherwise, for pages of any origin."""

import asyncio
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import brotli
from aiohttp.web import Request, Response

from chronos.web.negotiation import IDENTITY, best_coding, has_it

# Any page may include it, also one that isolates itself from other origins.
FOR_ANY_PAGE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
# Short, because a new key or a new version has to reach the pages; a 304 is cheap.
FOR_ANY_PAGE_A_WHILE = FOR_ANY_PAGE | {"Cache-Control": "public, max-age=60"}
BROTLI_QUALITY = 11
GZIP_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Representation:
    """A content in one coding, with its tag, which no other bytes have."""

    body: bytes
    etag: str


async def answer(
    request: Request,
    content: bytes,
    content_type: str,
    source_map: str | None,
    headers: Mapping[str, str] = FOR_ANY_PAGE_A_WHILE,
) -> Response:
    """The content in the coding that the request likes best; 304 where it has that already.

    ``source_map`` is an address, seen from that of the file; ``headers`` say who may keep it, and how long.
    """
    coding = best_coding(",".join(request.headers.getall("Accept-Encoding", ())))
    # Shielded: others may wait for the same, and who goes away does not take it from them.
    chosen = await asyncio.shield(_representation(content, coding))
    said = {**headers, "ETag": f'"{chosen.etag}"', "Vary": "Accept-Encoding"}
    if has_it(request.if_none_match, chosen.etag):
        return Response(status=304, headers=said)
    if coding != IDENTITY:
        said["Content-Encoding"] = coding
    if source_map is not None:
        said["SourceMap"] = source_map
    return Response(body=chosen.body, headers=said | {"Content-Type": content_type})


def absent(
    status: int,
    reason: str,
    content_type: str = "text/plain; charset=utf-8",
    headers: Mapping[str, str] = FOR_ANY_PAGE,
) -> Response:
    """There is no such file now; nobody keeps this answer."""
    said = {**headers, "Cache-Control": "no-store", "Content-Type": content_type}
    return Response(status=status, body=f"{reason}\n".encode(), headers=said)


# A task, so that those who ask while it is made wait for it, and it is made once.
@lru_cache(maxsize=64)
def _representation(content: bytes, coding: str) -> "asyncio.Task[Representation]":
    return asyncio.create_task(asyncio.to_thread(_encoded, content, coding))


def _encoded(content: bytes, coding: str) -> Representation:
    body = _compressed(content, coding)
    return Representation(body, hashlib.blake2b(body, digest_size=16).hexdigest())


def _compressed(content: bytes, coding: str) -> bytes:
    match coding:
        case "br":
            compressed: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
            return compressed
        case "gzip":
            # Without the time, all workers make the same bytes of the same content.
            return gzip.compress(content, GZIP_LEVEL, mtime=0)
        case _:
            return content
