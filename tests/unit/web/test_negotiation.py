"""Which coding a request gets, and whether it has the file already."""

import pytest
from aiohttp import ETag

from chronos.web.negotiation import best_coding, best_type, has_it


@pytest.mark.parametrize(
    ("accepted", "kind"),
    [
        ("", "a/json"),
        ("*/*", "a/json"),
        ("a/csv", "a/csv"),
        ("a/json;q=0.5, a/csv", "a/csv"),
        ("a/*;q=0.1, a/csv;q=0", "a/json"),
        ("*/*;q=0.1, A/CSV; charset=utf-8; q=0.2", "a/csv"),
        ("image/png", None),
        ("*/*;q=0", None),
        ("a/csv;q=many", "a/json"),
    ],
)
def test_the_best_type_is_the_one_that_is_liked_most(accepted: str, kind: str | None) -> None:
    assert best_type(accepted, ("a/json", "a/csv")) == kind


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZip", "gzip"),
        ("deflate, zstd", "identity"),
        ("br;q=0.5, gzip", "gzip"),
        ("br; q=0.5 , gzip; q=0.4", "br"),
        ("br;q=0, gzip;q=0", "identity"),
        ("br;q=0.000, gzip;q=0.001", "gzip"),
        ("*", "br"),
        ("*;q=0.1", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", "identity"),
        ("*;q=0, gzip", "gzip"),
        ("identity", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0", "identity"),
        ("gzip;q=2, br;q=abc", "identity"),
        ("gzip;level=9", "identity"),
        (";;, ,br", "br"),
        ("gzip;q=1.000", "gzip"),
    ],
)
def test_a_request_gets_the_coding_that_it_likes_best(accepted: str, coding: str) -> None:
    assert best_coding(accepted) == coding


@pytest.mark.parametrize(
    ("known", "has"),
    [
        (None, False),
        ((), False),
        ((ETag("a"),), True),
        ((ETag("a", is_weak=True),), True),
        ((ETag("b"), ETag("a")), True),
        ((ETag("b"), ETag("A")), False),
        ((ETag("*"),), True),
    ],
    ids=["no header", "unreadable", "the same", "weak", "in a list", "others", "any"],
)
def test_a_request_has_the_file_whose_tag_it_names(known: tuple[ETag, ...] | None, has: bool) -> None:
    assert has_it(known, "a") is has
