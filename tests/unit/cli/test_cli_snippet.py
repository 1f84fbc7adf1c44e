from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import Result

from chronos.settings import load

Run = Callable[..., Result]
STATS = "https://stats.example"
SHOP = "https://shop.example"


class Tags(HTMLParser):
    """The attributes of all tags in HTML, by the name of the tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag] = dict(attrs)


def test_the_worker_of_this_machine_is_the_address_unless_another_is_given(run: Run, config: Path) -> None:
    shown = run("snippet")
    assert shown.stdout == '<script src="http://127.0.0.1:6066/tracker.js" defer></script>\n'
    assert "only browsers on this machine reach http://127.0.0.1:6066" in shown.stderr
    assert "only pages of this machine may send so far" in shown.stderr


def test_advertised_address_and_own_paths(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOS_WEB_ADVERTISED_URL", "http://10.0.0.7:6066")
    monkeypatch.setenv("CHRONOS_WEB_TRACKER_PATH", "/stats/shop.js")
    shown = run("snippet")
    assert 'src="http://10.0.0.7:6066/stats/shop.js"' in shown.stdout
    assert "a page that came by https loads no script" in shown.stderr


def test_nothing_is_warned_of_where_pages_may_send(run: Run, config: Path) -> None:
    run("origin", "add", SHOP)
    shown = run("snippet", "--url", f"{STATS}/", "--page", SHOP)
    assert shown.stdout == f'<script src="{STATS}/tracker.js" defer></script>\n'
    assert shown.stderr == ""
    own = run("snippet", "--url", "/", "--page", "https://other.example")
    assert own.stdout == '<script src="/tracker.js" defer></script>\n'
    assert own.stderr == ""
    assert run("snippet", "--url", STATS, "--page", STATS).stderr == ""


def test_pages_that_may_not_send_are_told(run: Run, config: Path) -> None:
    assert f"`chronos origin add {SHOP}`" in run("snippet", "--url", STATS, "--page", SHOP).stderr


def test_picture_for_pages_without_javascript(run: Run, config: Path) -> None:
    tags = Tags(run("snippet", "--url", STATS, "--noscript").stdout).found
    key = load().write_keys[0].key
    assert tags["img"]["src"] == f"{STATS}/api/events.gif?key={key}"
    assert tags["img"]["referrerpolicy"] == "no-referrer-when-downgrade"


def test_picture_that_records_nothing_is_told(
    run: Run, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_TRACKER_CONSENT", "required")
    said = run("snippet", "--url", STATS, "--noscript").stderr
    assert "chronos.optIn()" in said
    assert "the picture records nothing" in said


def test_project_is_chosen_and_written_as_a_url(run: Run, config: Path) -> None:
    run("key", "new", 'a & "b"')
    tags = Tags(run("snippet", "--project", 'a & "b"').stdout).found
    assert tags["script"]["src"] == "http://127.0.0.1:6066/tracker.js?project=a%20%26%20%22b%22"
    assert "--project chooses another" in run("snippet").stderr
    assert "--project chooses another" not in run("snippet", "--project", "default").stderr


def test_unknown_project_and_no_key_say_what_to_do(run: Run, config: Path) -> None:
    said = run("snippet", "--project", "shop", code=1).output
    assert "known are default" in said
    assert "`chronos key new shop`" in said
    config.write_text("")
    assert "`chronos key new` makes one" in run("snippet", code=1).output


@pytest.mark.parametrize("url", ["stats.example", "https://stats.example/path", "ftp://a", "https://a?b=c"])
def test_address_that_is_none_is_refused(run: Run, config: Path, url: str) -> None:
    assert "give https://host[:port] without a path" in run("snippet", "--url", url, code=2).output
