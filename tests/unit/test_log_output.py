"""What stands in a log: every event a line, no flood, nobody's name."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from mode.utils.logging import DEFAULT_FORMAT, DefaultFormatter

from chronos.log_output import REPEAT_SECONDS, Damping, set_up
from chronos.settings.log import Log


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def handler(stream: io.StringIO) -> logging.StreamHandler[io.StringIO]:
    return logging.StreamHandler(stream)


Logger = Callable[[str], logging.Logger]


@pytest.fixture
def logger(handler: logging.Handler) -> Iterator[Logger]:
    """Loggers that write to ``handler`` only."""
    made = []

    def make(name: str) -> logging.Logger:
        found = logging.getLogger(name)
        found.handlers, found.propagate = [handler], False
        found.setLevel(logging.DEBUG)
        made.append(found)
        return found

    yield make
    for one in made:
        one.handlers, one.propagate = [], True
        one.setLevel(logging.NOTSET)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_is_one_object_a_line(stream: io.StringIO, handler: logging.Handler, logger: Logger) -> None:
    set_up(handler, Log(format="json"), "http://10.0.0.1:6067")
    logger("chronos.test").warning("a line\nand %s", "another ✓", extra={"data": {"ip": "203.0.113.7"}})
    [said] = lines(stream)
    assert datetime.fromisoformat(said.pop("time")).utcoffset() is not None
    assert said == {
        "level": "WARNING",
        "logger": "chronos.test",
        "message": "a line\nand another ✓",
        "worker": "http://10.0.0.1:6067",
    }


def test_no_line_of_text_ends_in_a_space(
    stream: io.StringIO, handler: logging.Handler, logger: Logger
) -> None:
    handler.setFormatter(DefaultFormatter(DEFAULT_FORMAT))  # of Faust
    set_up(handler, Log())
    logger("chronos.test").warning("a line ")
    logger("chronos.test").warning("more", extra={"data": {"n": 1}})
    try:
        raise ValueError("no number ")
    except ValueError:
        logger("chronos.test").exception("it failed")
    said = stream.getvalue().split("\n")
    assert [line for line in said if line != line.rstrip()] == []
    assert said[0].endswith("[WARNING]: a line")
    assert said[1].endswith("[WARNING]: more n=1")
    assert said[-2] == "ValueError: no number"


def test_an_exception_stays_in_its_line(
    stream: io.StringIO, handler: logging.Handler, logger: Logger
) -> None:
    set_up(handler, Log(format="json"))
    try:
        raise ValueError("no number")
    except ValueError:
        logger("chronos.test").exception("it failed")
    [said] = lines(stream)
    assert said["exception"].startswith("Traceback")
    assert said["exception"].endswith("ValueError: no number")
    assert "worker" not in said


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_request_that_fails_tells_nothing_of_who_asked_or_what(
    stream: io.StringIO, handler: logging.Handler, logger: Logger, form: Any
) -> None:
    set_up(handler, Log(format=form))
    asked = " at ".join(["visitor-1", "https://shop.example/cart"])
    try:
        raise KeyError(asked)
    except KeyError as error:
        logger("aiohttp.server").exception("Error handling request from %s", "203.0.113.7", exc_info=error)
    said = stream.getvalue()
    assert "KeyError" in said
    assert "test_log_output.py" in said, "where it failed is told"
    assert not any(word in said for word in ("203.0.113.7", asked))


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_line_whose_arguments_do_not_fit_is_written_and_ends_nobody(
    stream: io.StringIO, handler: logging.Handler, logger: Logger, form: Any
) -> None:
    set_up(handler, Log(format=form))
    template = "stored %d rows of %s"
    logger("shop.sink").warning(template, "203.0.113.7")
    assert f"{template} (without its arguments, which do not fit: TypeError)" in stream.getvalue()
    assert "203.0.113.7" not in stream.getvalue()


@pytest.mark.parametrize("form", ["json", "text"])
def test_passwords_that_others_quote_are_hidden(
    stream: io.StringIO, handler: logging.Handler, logger: Logger, form: Any
) -> None:
    set_up(handler, Log(format=form))
    url = "amqp://shop:geheim@mq.example/v"
    try:
        raise ConnectionError(f"cannot reach {url}")
    except ConnectionError:
        logger("shop.sink").exception("%s: refused, %d times, api_key=%s", url, 3, "geheim")
    said = stream.getvalue()
    assert "geheim" not in said
    assert "amqp://shop:***@mq.example/v: refused, 3 times, api_key=***" in said
    assert "ConnectionError: cannot reach amqp://shop:***@mq.example/v" in said


@pytest.fixture
def clock(handler: logging.Handler) -> Clock:
    """Of a handler that leaves out what is repeated."""
    clock = Clock()
    handler.addFilter(Damping(handler, clock=clock))
    return clock


def test_a_flood_of_a_library_becomes_a_line_and_a_number(
    stream: io.StringIO, clock: Clock, logger: Logger
) -> None:
    for number in range(1000):
        clock.now = number * 0.02
        logger("aiokafka").error("Unable connect to node with id %s: %s", number % 3, "refused")
    assert stream.getvalue().splitlines() == [
        "Unable connect to node with id 0: refused",
        "Unable connect to node with id 1: refused (left out 499 more like this within 10 s)",
    ]


def test_what_is_left_of_a_flood_is_told_when_something_else_is_said(
    stream: io.StringIO, clock: Clock, logger: Logger
) -> None:
    for _ in range(5):
        logger("chronos.test").warning("the same")
    clock.now = REPEAT_SECONDS
    logger("chronos.other").info("something else")
    assert stream.getvalue().splitlines() == [
        "the same",
        "the same (left out 4 more like this within 10 s)",
        "something else",
    ]


def test_what_differs_is_not_a_flood(stream: io.StringIO, clock: Clock, logger: Logger) -> None:
    for name in ("clicks", "pageviews"):
        logger("chronos.test").info("filled view %s", name)
    logger("chronos.test").warning("filled view clicks")
    logger("chronos.other").info("filled view clicks")
    assert len(stream.getvalue().splitlines()) == 4


def test_what_was_not_repeated_is_said_again_later_and_without_a_number(
    stream: io.StringIO, clock: Clock, logger: Logger
) -> None:
    for now in (0, REPEAT_SECONDS, 2 * REPEAT_SECONDS):
        clock.now = now
        logger("chronos.test").info("a minute has passed")
    assert stream.getvalue().splitlines() == ["a minute has passed"] * 3
