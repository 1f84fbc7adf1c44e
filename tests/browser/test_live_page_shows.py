"""The live page, told by a test what happens: what it shows of that, and how it bears silence."""

import pytest
from playwright.async_api import expect

from browser.stage import Stage, event, numbers
from browser.told import FULL, HOSTILE, INCOMPLETE, UNAVAILABLE, opened, texts
from browser.visitor import Visitor

QUIET_MS = 15_000

pytestmark = pytest.mark.soak  # `make test` has the page with real numbers


async def test_numbers_are_those_that_were_said(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    figures = {name: await page.inner_text(f"#{name}") for name in ("rate", "visitors", "total", "late")}
    assert figures == {
        "rate": "12.3",
        "visitors": "1,234",
        "total": "267",
        "late": "in the last 30 minutes, 2 of them late, 2 others too late to count",
    }
    assert await texts(page, "#pages li") == ["shop.example/cart 1,200", f"{HOSTILE} 3"]
    assert await texts(page, "#links li") == ["Buy 2", "(no text) 1"]
    assert await texts(page, "#nodes li") == ["button#buy.primary 5"]
    assert await page.locator("#empty").is_hidden()


async def test_health_is_said_of_each_part_in_words(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    assert await page.inner_text("#health-word") == "1 part waits"
    assert await texts(page, "#parts li") == [
        "Kafka works takes every beacon",
        "Raw events waits gone",
        "my sink works keeps up",
    ]
    assert await texts(page, "#remarks li") == ["view x is not kept"]


async def test_the_table_has_what_the_chart_has(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    await page.click("summary")
    assert await texts(page, "thead tr") == ["Time pageviews clicks a new type mouse moves All Late Window"]
    assert await texts(page, "tbody tr") == [
        "21:46:40 0 3 0 0 3 0 open",
        "21:46:30 1 2 0 250 253 2 open",
        "21:45:50 0 0 7 0 7 0 open",
        "21:16:50 4 0 0 0 4 0 open",
    ]


async def test_times_are_those_of_the_viewer_and_the_zone_is_said(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    assert await page.inner_text("#zone") == "Asia/Dubai (GMT+04:00)"
    assert await page.locator("#events time").first.inner_text() == "21:46:40"


async def test_events_come_at_the_top_and_those_that_were_there_stay(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    assert len(await texts(page, "#events li")) == 31
    assert (await texts(page, "#events li"))[0] == f"21:46:40 clicks {HOSTILE} 2 h late"
    await page.evaluate("document.querySelector('#events li').id = 'the-same'")
    twice = [event("clicks", "again")] * 2
    await stage.say(FULL | {"last_events": [*twice, *FULL["last_events"]]})
    await expect(page.locator("#events li")).to_have_count(33)
    assert (await texts(page, "#events li"))[:2] == ["21:46:40 clicks again"] * 2
    assert await page.locator("#events li").nth(2).get_attribute("id") == "the-same"


async def test_what_visitors_wrote_stays_text(viewer: Visitor, stage: Stage) -> None:
    asked: list[str] = []
    await viewer.context.expose_binding("asked", lambda _, text: asked.append(text))
    await viewer.context.add_init_script("window.alert = (text) => window.asked(String(text))")
    page = await opened(viewer, stage)
    assert HOSTILE in await page.inner_text("#pages")
    assert await page.locator("main img, main script").count() == 0
    assert asked == []


async def test_nothing_is_asked_of_another_origin(viewer: Visitor, stage: Stage) -> None:
    await opened(viewer, stage)
    assert {request.url.startswith(f"{stage.origin}/") for request in viewer.requests} == {True}


async def test_types_are_shown_and_hidden_and_that_is_remembered(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    keys = page.locator("#legend button")
    assert await texts(page, "#legend button") == [
        "pageviews 5",
        "clicks 5",
        "a new type 7",
        "mouse moves 250",
        "late arrivals 2",
    ]
    shown = [await key.get_attribute("aria-pressed") for key in await keys.all()]
    assert shown == ["true", "true", "true", "false", "true"]
    before = await page.locator("#chart canvas").screenshot()
    await keys.nth(1).focus()
    await page.keyboard.press("Space")
    await expect(keys.nth(1)).to_have_attribute("aria-pressed", "false")
    assert await page.locator("#chart canvas").screenshot() != before
    await page.reload()
    await expect(keys.nth(1)).to_have_attribute("aria-pressed", "false")


async def test_the_chart_says_what_the_mouse_points_at(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    box = await page.locator("#chart .u-over").bounding_box()
    assert box
    # The right half of the bar before the newest.
    await page.mouse.move(box["x"] + box["width"] * 178.8 / 180, box["y"] + 50)
    tip = page.locator("#chart .tip")
    await expect(tip).to_contain_text("21:46:30 to 21:46:40")
    assert await texts(page, "#chart .tip .line") == [
        "mouse moves 250",
        "clicks 2",
        "pageviews 1",
        "came late 2",
    ]
    await page.mouse.move(5, 5)
    await expect(tip).to_be_hidden()


async def test_on_a_phone_a_bar_has_more_seconds(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    await page.set_viewport_size({"width": 375, "height": 812})
    await expect(page.locator("#bar")).to_have_text("30 seconds")
    box = await page.locator("#chart .u-over").bounding_box()
    assert box
    await page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 50)
    await expect(page.locator("#chart .tip")).to_contain_text("21:46:30 to 21:47:00")
    assert await texts(page, "#chart .tip .line") == [
        "mouse moves 250",
        "clicks 5",
        "pageviews 1",
        "came late 2",
    ]


async def test_the_snippet_can_be_copied(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage, numbers())
    tag = f'<script src="{stage.origin}/tracker.js" defer></script>'
    assert await page.inner_text("#snippet") == tag
    assert "a-key-that-is-shown" in await page.inner_text("#key")
    assert await page.locator("#empty a").get_attribute("href") == "demo"
    assert await page.locator("#chart").is_hidden()
    await page.evaluate(
        "() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }"
    )
    await page.click("#copy")
    await expect(page.locator("#copied")).to_have_text("Copied.")
    assert await page.evaluate("window.copied") == tag


async def test_where_nothing_may_be_copied_the_snippet_stands_selected(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage, numbers())
    await page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    await page.click("#copy")
    await expect(page.locator("#copied")).to_contain_text("Selected")
    assert await page.evaluate("getSelection().toString()") == await page.inner_text("#snippet")


async def test_the_first_events_take_the_place_of_the_snippet(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage, numbers())
    await stage.say(FULL)
    await expect(page.locator("#empty")).to_be_hidden()
    await expect(page.locator("#chart canvas")).to_be_visible()


async def test_paused_nothing_moves(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    await page.click("#pause")
    await expect(page.locator("#connection")).to_have_text("Paused")
    await expect(page.locator("#notice")).to_have_text("Paused. These are the numbers of 21:46:44.")
    await stage.say(FULL | {"visitors": 9})
    assert await page.inner_text("#visitors") == "1,234"
    await page.get_by_role("button", name="Resume").click()
    await expect(page.locator("#visitors")).to_have_text("9")
    await expect(page.locator("#notice")).to_be_hidden()


async def test_without_an_answer_the_numbers_are_marked_as_old(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    await stage.stop()
    await expect(page.locator("#connection")).to_have_text("Reconnecting")
    await expect(page.locator("#notice")).to_contain_text("trying again. These are the numbers of 21:46:44.")
    await expect(page.locator("main")).to_have_attribute("data-stale", "")
    await stage.go_on()
    await stage.say(FULL | {"visitors": 9})
    await expect(page.locator("#visitors")).to_have_text("9")
    await expect(page.locator("#connection")).to_have_text("Live")
    await expect(page.locator("main")).not_to_have_attribute("data-stale", "")


async def test_a_connection_that_went_silent_is_noticed(viewer: Visitor, stage: Stage) -> None:
    stage.says = FULL
    page = await viewer.context.new_page()
    await page.clock.install()
    await page.goto(stage.origin)
    await expect(page.locator("#connection")).to_have_text("Live")
    asked = stage.asked
    stage.works = False  # nothing is said, and the stream does not end
    await page.clock.fast_forward(QUIET_MS + 1000)
    await expect(page.locator("#connection")).to_have_text("Reconnecting")
    assert stage.asked > asked


async def test_a_part_that_is_missing_is_said(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage, INCOMPLETE)
    said = "Something is missing from these numbers: no answer for partitions 1, 4."
    await expect(page.locator("#notice")).to_have_text(said)
    await expect(page.locator("main")).not_to_have_attribute("data-stale", "")


async def test_without_windows_the_reason_is_said_and_old_numbers_are_old(
    viewer: Visitor, stage: Stage
) -> None:
    page = await opened(viewer, stage, UNAVAILABLE)
    await expect(page.locator("#notice")).to_have_text(
        "The windows can't be read now: switched off. There are no numbers yet."
    )
    await stage.say(FULL)
    await expect(page.locator("#notice")).to_be_hidden()
    await stage.say(UNAVAILABLE)
    await expect(page.locator("#notice")).to_contain_text("These are the numbers of 21:46:44.")
    assert await page.inner_text("#visitors") == "1,234"
