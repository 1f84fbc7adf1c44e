"""Clicks that somebody repeats, and clicks after which nothing happens."""

from typing import Any

import pytest
from playwright.async_api import Page

from browser.front import Front, page
from browser.visitor import Visitor, leave

PAGE = page(
    "<style>body > * { display: inline-block; width: 130px; height: 40px; margin: 30px 20px; overflow: clip }"
    # All of it on one screen, or the browser scrolls to what is clicked, which is a change.
    "body > .tall { display: block; height: 3000px }</style>"
    '<button id="nothing" type="button">Nothing</button> <p id="words">Words to read</p>'
    '<button id="adds" type="button" onclick="document.body.append(1)">Adds</button>'
    '<button id="later" type="button" onclick="setTimeout(() => document.body.append(1), 600)">Later</button>'
    '<button id="names" type="button" onclick="this.className = \'pressed\'">Names</button>'
    '<button id="scrolls" type="button" onclick="window.scrollTo(0, 300)">Scrolls</button>'
    '<button id="routes" type="button" onclick="history.pushState({}, \'\', \'/other\')">Routes</button>'
    '<a id="jumps" href="#end">Jumps</a> <a id="file" download href="data:text/plain,hello">A file</a>'
    '<label id="label">Field <input id="field"></label> <x-open id="open"></x-open>'
    '<x-shut id="shut"></x-shut>'
    "<details id=\"details\"><summary>More</summary>There</details> <div class='tall'></div>"
    """<p id="end">End</p><script>
    let presses = 0;
    for (const mode of ["open", "closed"])
      customElements.define(mode == "open" ? "x-open" : "x-shut", class extends HTMLElement {
        constructor() {
          super();
          const root = this.attachShadow({ mode });
          root.innerHTML = "<button type=button>0</button><i>Nothing</i>";
          root.firstChild.onclick = ({ target }) => { target.textContent++; presses++; };
        }
      });
    </script>"""
)
PASSED = "since => performance.now() > since + 1100"


async def opened(visitor: Visitor, front: Front) -> Page:
    front.pages["/"] = PAGE
    return await visitor.open(front.url())


async def a_second_passes(tab: Page) -> None:
    await tab.wait_for_function(PASSED, arg=await tab.evaluate("performance.now()"))


async def dead_clicks(visitor: Visitor, tab: Page, clicks: int) -> list[Any]:
    """On what they were, once all clicks are stored."""
    await a_second_passes(tab)
    await leave(tab)
    await visitor.until_rows("clicks", clicks)
    await visitor.until_rows("visible_times", 1)
    return [target for target, _, _ in await visitor.values("dead_clicks", 0)]


async def test_three_clicks_on_one_spot_are_one_rage_click(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    for _ in range(3):
        await tab.click("#nothing", position={"x": 5, "y": 6})
    await leave(tab)
    await visitor.until_rows("clicks", 3)
    [(target, x, y)] = await visitor.values("rage_clicks", 1)
    assert target == "button#nothing"
    last = (await visitor.values("clicks", 3))[-1]
    assert (x, y) == last[2:4]


async def test_clicks_on_two_spots_are_no_rage(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    for button in ("#nothing", "#adds", "#nothing", "#adds"):
        await tab.click(button)
    await leave(tab)
    await visitor.until_rows("clicks", 4)
    assert await visitor.rows("rage_clicks") == []


async def test_a_click_after_which_nothing_changes_is_dead(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await tab.click("#nothing")
    assert await dead_clicks(visitor, tab, 1) == ["button#nothing"]
    [click] = await visitor.rows("clicks")
    [dead] = await visitor.rows("dead_clicks")
    assert abs(dead.client_time - click.client_time) <= 5


async def test_a_click_on_words_is_dead_as_well(visitor: Visitor, front: Front):
    """A browser puts an invisible caret there, which is nothing that a reader sees."""
    tab = await opened(visitor, front)
    await tab.click("#words")
    assert await dead_clicks(visitor, tab, 1) == ["p#words"]


@pytest.mark.parametrize(
    "target", ["adds", "later", "names", "scrolls", "routes", "jumps", "field", "label", "details summary"]
)
async def test_a_click_that_does_something_is_not_dead(target: str, visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await tab.click(f"#{target}", position={"x": 5, "y": 8})
    # A label's click is one on its field, too.
    assert await dead_clicks(visitor, tab, 2 if target == "label" else 1) == []


async def test_a_click_on_a_file_is_not_dead(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    async with tab.expect_download():
        await tab.click("#file")
    assert await dead_clicks(visitor, tab, 1) == []


async def test_a_click_that_changes_an_open_shadow_root_is_not_dead(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await tab.click("#open button")
    assert await tab.inner_text("#open button") == "1"
    assert await dead_clicks(visitor, tab, 1) == []


async def test_a_click_in_an_open_shadow_root_that_changes_nothing_is_dead(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await tab.locator("#open i").dispatch_event("click")
    assert await dead_clicks(visitor, tab, 1) == ["x-open#open>i"]


async def test_a_click_that_changes_a_closed_shadow_root_is_not_dead(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    before = await tab.evaluate("presses")
    await tab.click("#shut", position={"x": 5, "y": 8})
    assert await tab.evaluate("presses") == before + 1
    assert await dead_clicks(visitor, tab, 1) == []


async def test_a_click_that_leaves_the_page_is_not_dead(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await tab.evaluate("() => { nothing.onclick = () => { location = '/next'; }; }")
    await tab.click("#nothing")
    await tab.wait_for_url("**/next")
    assert await dead_clicks(visitor, tab, 1) == []
