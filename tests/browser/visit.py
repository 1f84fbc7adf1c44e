"""A visit to the demo page in every detail: what is done, when, on which address."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page

from browser.visitor import Visitor, leave, now_ms

TITLE = "Chronos demo"
SECRET = "Tr0ub4dor&3-nobody-knows"
MASKED = "Unidentified"
LINKED_TEXT = "To the mouse area a link with elements inside"


@dataclass(frozen=True)
class Done:
    """What was done and so has to be a row; it happened between two times, in ms since 1970."""

    type: str
    values: tuple[Any, ...]
    url: str
    began: float
    ended: float


@dataclass
class Visit:
    """Acts on a page, and notes each event that the act has to cause."""

    visitor: Visitor
    page: Page
    done: list[Done] = field(default_factory=list)
    path: list[tuple[float, float]] = field(default_factory=list)

    def of_type(self, type: str) -> list[Done]:
        return [one for one in self.done if one.type == type]

    async def act(self, action: Awaitable[object], *expected: tuple[Any, ...]) -> None:
        """Do it; each of ``expected`` is an event type and the values of its row."""
        url, began = self.page.url, now_ms()
        await action
        ended = now_ms()
        self.done += [Done(type, tuple(values), url, began, ended) for type, *values in expected]

    async def click(self, selector: str, target: str, *more: tuple[Any, ...]) -> None:
        """Click in the middle of an element, on a whole pixel; ``target`` is what the row calls it."""
        x, y = await middle(self.page, selector)
        self.path.append((x, y))
        await self.act(self.page.mouse.click(x, y), ("clicks", target, 0, x, y, None), *more)

    async def press(self, *keys: str, row: str | None = None) -> None:
        """Press keys; ``row`` is what all of them are called, else each has its name."""
        for key in keys:
            await self.act(self.page.keyboard.press(key), ("key_presses", row or key))

    async def follow(self, selector: str, target: str, text: str, address: str) -> None:
        """Click on a link: the page that it leads to is seen next, be it only another part of this one."""
        before, began = self.page.url, now_ms()
        await self.click(selector, target, ("link_clicks", text, address, False, False))
        await self.page.wait_for_url(address)
        # Of the page before, browsers tell another one no more than the address without its fragment.
        before = before if is_part(address, of=before) else before.partition("#")[0]
        self.done.append(Done("pageviews", (address, TITLE, before), address, began, now_ms()))


def is_part(address: str, of: str) -> bool:
    """Whether both are places on the same page."""
    return address.partition("#")[0] == of.partition("#")[0]


async def middle(page: Page, selector: str) -> tuple[int, int]:
    element = page.locator(selector)
    await element.scroll_into_view_if_needed()
    box = await element.bounding_box()
    assert box
    return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)


async def make_visit(visitor: Visitor) -> Visit:
    """Everything that the demo page offers, once; then the tab is closed."""
    began = now_ms()
    visit = Visit(visitor, page := await visitor.open("/demo"))
    visit.done.append(Done("pageviews", (page.url, TITLE, ""), page.url, began, now_ms()))
    await click_buttons(visit)
    await follow_links(visit)
    await fill_form(visit)
    await press_keys(visit)
    await move_mouse(visit)
    await read_it_again(visit)
    await leave(page)
    return visit


async def click_buttons(visit: Visit) -> None:
    await visit.click("#press", "button#press.primary")
    await visit.click("#press-nested strong", "button#press-nested>strong")
    await visit.page.click("#press-ignored")
    await visit.page.click("#types button >> nth=0")
    await visit.click("#press", "button#press.primary")


async def follow_links(visit: Visit) -> None:
    demo = visit.page.url
    form, mouse = f"{demo}#h-form", f"{demo}#h-mouse"
    await visit.follow("#link", "a#link", "To the form", form)
    await visit.follow("#link-nested strong", "a#link-nested.box>strong", LINKED_TEXT, mouse)


async def fill_form(visit: Visit) -> None:
    await visit.click("#name", "input#name")
    await visit.press(*"Ada", "Tab", "ArrowDown", "Tab", row=MASKED)
    await visit.page.keyboard.type(SECRET)
    fields = {"name": None, "colour": None, "news": None}
    await visit.click("#submit", "button#submit.primary", ("form_submissions", fields, "form#form"))


async def press_keys(visit: Visit) -> None:
    await visit.click("#words", "textarea#words")
    await visit.press(*"hi", "Enter", row=MASKED)
    await visit.click("#keys", "div#keys.pad")
    await visit.press("k", "Enter", "Escape", "ArrowLeft")
    # Playwright knows the keys of one layout only, the browser those of all.
    other = await visit.visitor.context.new_cdp_session(visit.page)
    omega = other.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": "Ω"})
    await visit.act(omega, ("key_presses", "Ω"))
    keyboard = visit.page.keyboard
    await visit.act(keyboard.down("x"), ("key_presses", "x"))
    await keyboard.down("x")  # held down: the same press
    await keyboard.up("x")


async def move_mouse(visit: Visit) -> None:
    """Along a line, a step a frame; then the mouse rests for longer than the tracker's interval."""
    page = visit.page
    x, y = await middle(page, "#mouse")
    for step in range(40):
        visit.path.append((x - 60 + 3 * step, y - 20 + step))
        await page.mouse.move(*visit.path[-1])
        await page.evaluate("new Promise(requestAnimationFrame)")
    rested = "since => performance.now() > since + 250"
    await page.wait_for_function(rested, arg=await page.evaluate("performance.now()"))


async def read_it_again(visit: Visit) -> None:
    page = visit.page
    target = f"{visit.visitor.worker.url}/demo?visit=again#top"
    async with page.expect_navigation():
        await visit.follow("#link-page", "a#link-page", "Load the page again", target)
    await visit.click("h1", "header#top>h1")
