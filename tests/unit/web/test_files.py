"""Files, each compressed once and not for each request."""

import asyncio
import gzip
from itertools import count

import brotli
import pytest
from aiohttp.test_utils import make_mocked_request
from aiohttp.web import Response

from chronos.web import files

number = count()


def content() -> bytes:
    """Nothing that was served before."""
    return b"var chronos = %d;" % next(number) * 100


async def get(content: bytes, accepted: str = "", **headers: str) -> Response:
    request = make_mocked_request("GET", "/x.js", headers={"Accept-Encoding": accepted, **headers})
    return await files.answer(request, content, "text/javascript", "x.js.map")


@pytest.mark.parametrize(
    ("accepted", "decode"),
    [("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)],
    ids=["br", "gzip", "as it is"],
)
async def test_all_codings_hold_the_same(accepted: str, decode: object) -> None:
    assert callable(decode)
    text = content()
    answer = await get(text, accepted)
    assert answer.headers.get("Content-Encoding", "") == accepted
    assert isinstance(answer.body, bytes)
    assert decode(answer.body) == text


async def test_each_coding_has_a_tag_of_its_own_and_the_same_bytes_the_same() -> None:
    text = content()
    tags = [(await get(text, accepted)).headers["ETag"] for accepted in ("br", "gzip", "")]
    assert len(set(tags)) == 3
    assert not any(tag.startswith("W/") for tag in tags)
    assert (await get(bytes(bytearray(text)), "gzip")).headers["ETag"] == tags[1]
    assert (await get(content(), "gzip")).headers["ETag"] != tags[1]


async def test_many_at_once_have_it_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text, made = content(), []
    compress = files._compressed
    monkeypatch.setattr(
        files, "_compressed", lambda content, coding: made.append(coding) or compress(content, coding)
    )
    await asyncio.gather(*(get(text, accepted) for accepted in ["br", "gzip"] * 5))
    await get(text, "br")
    assert sorted(made) == ["br", "gzip"]


async def test_who_goes_away_does_not_take_it_from_the_others() -> None:
    text = content()
    impatient, patient = (asyncio.create_task(get(text, "br")) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).status == 200
    assert impatient.cancelled()


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', 'W/"other" , W/{}', "*"])
async def test_who_has_it_is_told_so_without_a_body(form: str) -> None:
    text = content()
    first = await get(text, "br")
    again = await get(text, "br", **{"If-None-Match": form.format(first.headers["ETag"])})
    assert (again.status, again.body) == (304, None)
    for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert again.headers[name] == first.headers[name]


async def test_who_has_it_in_another_coding_gets_it() -> None:
    text = content()
    compressed = (await get(text, "br")).headers["ETag"]
    assert (await get(text, "", **{"If-None-Match": compressed})).status == 200


async def test_without_a_source_map_none_is_named() -> None:
    request = make_mocked_request("GET", "/x.js")
    assert "SourceMap" not in (await files.answer(request, content(), "text/javascript", None)).headers
