"""Who does not want to be captured is not: no request, nothing in storage."""

import pytest
from playwright.async_api import Page

from browser import weather
from browser.front import SCRIPT, Front, page
from browser.test_page_calls import STUB
from browser.visitor import Visitor, leave

STORED = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
SIGNALS = {"gpc": ("globalPrivacyControl", "true"), "dnt": ("doNotTrack", "'1'")}
IDLE = "new Promise(done => setTimeout(() => requestIdleCallback(done), 150))"


async def act(tab: Page) -> None:
    """Something of which there would be events, and long enough for them to be sent."""
    await tab.mouse.click(10, 5)
    await tab.keyboard.press("k")
    await tab.evaluate("() => { chronos.track('said'); chronos.identify('ada'); }")
    await tab.evaluate("history.pushState({}, '', '/other')")
    await tab.evaluate(IDLE)


async def nothing_is_known(front: Front) -> None:
    assert front.chronos_requests() == []
    await front.worker.until_stored()
    assert await front.rows("clicks") == await front.rows("pageviews") == []


@pytest.mark.parametrize("signal", SIGNALS.values(), ids=SIGNALS)
async def test_a_browser_that_says_no_is_left_alone(signal: tuple[str, str], stranger: Visitor, front: Front):
    name, value = signal
    await stranger.context.add_init_script(
        f"Object.defineProperty(Navigator.prototype, '{name}', {{ get: () => {value} }})"
    )
    front.settings["flush_interval_ms"] = 100
    tab = await stranger.open(front.url())
    await act(tab)
    assert await tab.evaluate(STORED) == []
    await leave(tab)
    await nothing_is_known(front)


@pytest.mark.parametrize("signal", SIGNALS.values(), ids=SIGNALS)
async def test_a_site_may_choose_not_to_heed_the_signal(
    signal: tuple[str, str], stranger: Visitor, front: Front
):
    name, value = signal
    await stranger.context.add_init_script(
        f"Object.defineProperty(Navigator.prototype, '{name}', {{ get: () => {value} }})"
    )
    front.settings |= {"respect_gpc": False, "respect_dnt": False}
    tab = await stranger.open(front.url())
    await tab.mouse.click(10, 5)
    await leave(tab)
    assert len(await front.until_rows("clicks", 1)) == 1


async def test_where_consent_is_required_nothing_happens_before_it_is_given(stranger: Visitor, front: Front):
    front.settings |= {"consent": "required", "flush_interval_ms": 100}
    tab = await stranger.open(front.url())
    await act(tab)
    assert await tab.evaluate(STORED) == []
    await nothing_is_known(front)

    await tab.evaluate("chronos.optIn()")
    await tab.mouse.click(11, 5)
    rows = await front.until_rows("clicks", 1)
    assert [(row.values[2], row.url) for row in rows] == [(11.0, front.url("/other"))]
    await leave(tab)
    again = await stranger.open(front.url("/again"))
    await leave(again)
    views = await front.until_rows("pageviews", 2)
    assert [view.url for view in views] == [front.url("/other"), front.url("/again")]
    assert len({view.metadata["uuid"] for view in views}) == 1


async def test_consent_that_is_given_before_the_script_comes_counts(stranger: Visitor, front: Front):
    front.settings["consent"] = "required"
    front.pages["/"] = page(
        "", head=f"{STUB}<script>chronos.optIn(); chronos.track('after');</script>{SCRIPT}"
    )
    await leave(await stranger.open(front.url()))
    assert len(await front.until_rows("pageviews", 1)) == 1
    assert ("after", {}) in await front.values("custom_events", 1)


async def test_who_opts_out_is_forgotten_and_left_alone(stranger: Visitor, front: Front):
    front.settings["flush_interval_ms"] = 100
    tab = await stranger.open(front.url())
    await tab.mouse.click(10, 5)
    await tab.evaluate("chronos.identify('ada')")
    await front.until_rows("clicks", 1)
    # Something waits when they say no.
    front.weather = weather.broken
    await tab.mouse.click(11, 5)
    await tab.wait_for_function("Object.keys(localStorage).some((key) => key.includes(':b:'))")
    await tab.mouse.click(12, 5)
    await tab.evaluate("chronos.optOut()")
    front.weather = weather.fair
    sent = len(front.posts)
    await act(tab)
    assert await tab.evaluate(STORED) == ["chronos:browser:consent"]
    await leave(tab)
    again = await stranger.open(front.url("/again"))
    await act(again)
    assert await again.evaluate(STORED) == ["chronos:browser:consent"]
    await leave(again)
    assert len(front.posts) == sent
    await front.worker.until_stored()
    assert [click.values[2] for click in await front.rows("clicks")] == [10.0]


async def test_who_opts_in_again_is_somebody_new(stranger: Visitor, front: Front):
    tab = await stranger.open(front.url())
    await tab.mouse.click(10, 5)
    await tab.evaluate("dispatchEvent(new Event('pagehide'))")
    front.settings["flush_interval_ms"] = 100
    await tab.reload()
    await tab.evaluate("() => { chronos.optOut(); chronos.optIn(); }")
    await tab.mouse.click(11, 5)
    await leave(tab)
    first, second = await front.until_rows("clicks", 2)
    for name in ("uuid", "session", "tab"):
        assert first.metadata[name] != second.metadata[name], name
    await front.until_rows("sessions", 2)
