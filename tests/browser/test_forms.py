"""Forms: what is known of those that are sent and of those that are left."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page

from browser.front import Front, page
from browser.visitor import Visitor, leave

CARD = "4111 1111 1111 1111"
FORM = page(
    '<form id="order" class="wide" method="post" action="/next">'
    '<input name="city"><input name="size" type="number">'
    '<input name="pass" type="password"><input name="token" type="hidden" value="t0ken">'
    '<input name="card" autocomplete="cc-number"><input name="note"><input name="secret" data-chronos-mask>'
    '<select name="toppings" multiple><option>ham</option><option>rucola</option></select>'
    '<input name="gift" type="checkbox" value="yes"><button>Send</button></form>'
    '<form id="search"><input name="words"></form>'
)
EVERY_NAME = ["city", "size", "pass", "token", "card", "note", "secret", "toppings", "gift"]


async def fill_in(tab: Page) -> None:
    await tab.fill("[name=size]", "3")
    await tab.fill("[name=city]", "London")
    await tab.fill("[name=pass]", "hunter2")


async def fill_the_rest(tab: Page) -> None:
    await tab.fill("[name=card]", "4000 0000 0000 0002")
    await tab.fill("[name=note]", f"my card is {CARD}")
    await tab.fill("[name=secret]", "psst")
    await tab.select_option("[name=toppings]", ["ham", "rucola"])


def texts(value: Any) -> Iterator[str]:
    """All texts in a value: a time may have the digits of a secret by chance."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


@pytest.mark.parametrize("named", [None, EVERY_NAME], ids=["by_default", "with_form_values"])
async def test_a_submission_says_no_more_than_it_may(named: list[str] | None, visitor: Visitor, front: Front):
    front.pages["/"] = FORM
    front.settings |= {"form_values": named} if named else {}
    tab = await visitor.open(front.url())
    await fill_in(tab)
    await fill_the_rest(tab)
    await tab.click("button")
    await tab.wait_for_url("**/next*")
    await leave(tab)
    known = {"city": "London", "size": "3", "toppings": ["ham", "rucola"]} if named else {}
    fields = dict.fromkeys(["city", "size", "card", "note", "secret", "toppings"], None) | known
    assert await visitor.values("form_submissions", 1) == [(fields, "form#order.wide")]
    sent = " ".join(texts([post.events for post in front.posts]))
    assert not [word for word in ("hunter2", "t0ken", CARD, "4000", "psst") if word in sent]
    await visitor.until_rows("pageviews", 2)
    assert await visitor.rows("form_abandonments") == []


LEAVING = {
    "closes_the_tab": lambda tab: tab.close(),
    "goes_elsewhere": lambda tab: tab.goto("about:blank"),
    "sees_another_route": lambda tab: tab.evaluate("history.pushState({}, '', '/other')"),
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
async def test_a_form_that_is_left_says_which_fields_were_touched(leave, visitor: Visitor, front: Front):
    front.pages["/"] = FORM
    front.settings["flush_interval_ms"] = 500
    tab = await visitor.open(front.url())
    await fill_in(tab)
    await tab.fill("[name=city]", "Paris")
    await leave(tab)
    [row] = await visitor.until_rows("form_abandonments", 1)
    assert row.values == ("form#order.wide", ["size", "city"])
    assert row.url == front.url()
    assert "Paris" not in str([post.events for post in front.posts])


async def test_each_form_that_is_left_is_a_row(visitor: Visitor, front: Front):
    front.pages["/"] = FORM
    tab = await visitor.open(front.url())
    await tab.fill("[name=words]", "pizza")
    await tab.fill("[name=city]", "London")
    await leave(tab)
    rows = await visitor.values("form_abandonments", 2)
    assert rows == [("form#search", ["words"]), ("form#order.wide", ["city"])]


async def test_a_form_that_is_only_looked_at_is_not_left(visitor: Visitor, front: Front):
    front.pages["/"] = FORM
    tab = await visitor.open(front.url())
    await tab.focus("[name=city]")
    await leave(tab)
    await visitor.until_rows("pageviews", 1)
    assert await visitor.rows("form_abandonments") == []
