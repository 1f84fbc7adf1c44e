"""The live page is for everybody: on every screen, in the dark, with a keyboard or a screen reader."""

from itertools import product

import pytest
from playwright.async_api import Page, ViewportSize, expect

from browser.conftest import axe_violations
from browser.stage import Stage, event
from browser.told import FULL, STATES, opened
from browser.visitor import Visitor

DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 375, "height": 812}
SMALLEST: ViewportSize = {"width": 320, "height": 568}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WATCH = """() => {
  window.told = [];
  const watch = new MutationObserver((changes) => told.push(...changes.map((one) => one.target.id)));
  const options = { childList: true, characterData: true, subtree: true, attributes: true };
  for (const one of document.querySelectorAll("[role=status], [aria-live]")) watch.observe(one, options);
}"""
# Which of the colours named are painted.
PAINTED = """async (names) => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const canvas = document.querySelector("#chart canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = new Set(new Uint32Array(data.buffer));
  const style = getComputedStyle(document.documentElement);
  const number = (name) => parseInt(style.getPropertyValue(name).trim().slice(1), 16);
  // In memory red comes first, and is the lowest byte.
  const turned = (rgb) => (0xff000000 | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
  return names.filter((name) => found.has(turned(number(name))));
}"""
LOOKS = [
    pytest.param(state, screen, scheme, id=f"{state}-{name}-{scheme}")
    for state, (name, screen), scheme in product(
        STATES, {"desk": DESK, "phone": PHONE}.items(), ("light", "dark")
    )
]

pytestmark = pytest.mark.soak  # `make test` has the page with real numbers


async def test_a_screen_reader_is_not_told_each_second(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    await page.evaluate(WATCH)
    for count in range(1, 6):
        await stage.say(FULL | {"visitors": count, "now": FULL["now"] + count})
        await expect(page.locator("#visitors")).to_have_text(str(count))
    told = await page.evaluate("window.told")
    assert told == []


async def test_everything_can_be_reached_with_the_keyboard(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the numbers"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"
    reached: list[str] = []
    for _ in range(8):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("document.activeElement.textContent.trim().slice(0, 12)"))
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", reached
    wanted = [
        "each part",
        "pageviews5",
        "clicks5",
        "a new type7",
        "mouse moves2",
        "late arrival",
        "The same as ",
    ]
    assert [text for text in wanted if text not in reached] == []


async def test_who_wants_no_motion_sees_none(viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    await page.emulate_media(reduced_motion="reduce")
    await stage.say(FULL | {"last_events": [event("clicks", "new"), *FULL["last_events"]]})
    await expect(page.locator("#events li").first).to_contain_text("new")
    moving = "document.getAnimations().filter((one) => one.playState === 'running').length"
    assert await page.evaluate(moving) == 0


@pytest.mark.parametrize(("state", "screen", "scheme"), LOOKS)
async def test_nobody_is_shut_out(
    state: str, screen: ViewportSize, scheme: str, viewer: Visitor, stage: Stage, axe: str
) -> None:
    page = await opened(viewer, stage, STATES[state])
    await look(page, screen, scheme)
    await page.evaluate("document.querySelector('details').open = true")
    assert await axe_violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_shut_out_while_the_numbers_are_old(
    scheme: str, viewer: Visitor, stage: Stage, axe: str
) -> None:
    page = await opened(viewer, stage)
    await page.click("#pause")
    await look(page, DESK, scheme)
    assert await axe_violations(page, axe) == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("screen", [PHONE, SMALLEST, DESK], ids=lambda screen: str(screen["width"]))
async def test_nothing_is_wider_than_the_screen(
    screen: ViewportSize, state: str, viewer: Visitor, stage: Stage
) -> None:
    page = await opened(viewer, stage, STATES[state])
    await look(page, screen, "light")
    # The chart follows the screen when it is told of it, a moment later.
    await page.wait_for_function(f"() => {OVERFLOW} == 0", timeout=10_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_chart_has_the_colours_of_the_scheme(scheme: str, viewer: Visitor, stage: Stage) -> None:
    page = await opened(viewer, stage)
    await look(page, DESK, scheme)
    names = ["--type-clicks", "--type-pageviews", "--late"]
    assert await page.evaluate(PAINTED, names) == names


async def look(page: Page, screen: ViewportSize, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size(screen)
