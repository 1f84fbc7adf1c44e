"""Pages inside of pages, and elements with insides of their own."""

from browser.conftest import NewFront
from browser.front import SCRIPT, Front, page
from browser.visitor import Visitor, leave

INNER = page('<button id="inner">Inner</button>', title="The inner page")
SHADOWS = page(
    """<x-card data-mode="open" id="open"></x-card><x-card data-mode="closed" id="shut"></x-card>
    <script>
      customElements.define("x-card", class extends HTMLElement {
        connectedCallback() {
          const root = this.attachShadow({ mode: this.dataset.mode });
          root.innerHTML = `<form id=card><a href=#card><b>Link</b></a><input name=pin id=pin>
            <div data-chronos-ignore><i>Ignored</i></div></form>`;
        }
      });
    </script>"""
)


async def test_each_page_in_a_page_is_captured_for_itself(visitor: Visitor, new_front: NewFront):
    outer, other = await new_front(), await new_front()
    outer.pages |= {
        "/": page(
            '<button id="outer">Outer</button><iframe src="/inner"></iframe>'
            f'<iframe src="{other.url()}"></iframe>'
            '<iframe srcdoc="<button id=silent>No tracker in here</button>"></iframe>'
        ),
        "/inner": INNER,
    }
    other.pages["/"] = INNER
    tab = await visitor.open(outer.url())
    await tab.click("#outer")
    for frame in tab.frames[1:]:
        await frame.click("button")
    await leave(tab)
    own = [outer.url(), outer.url("/inner")]
    rows = await outer.until_rows("clicks", 2)
    assert [(row.values[0], row.url) for row in rows] == [
        ("button#outer", own[0]),
        ("button#inner", own[1]),
    ]
    assert [(row.values[0], row.url) for row in await other.until_rows("clicks", 1)] == [
        ("button#inner", other.url())
    ]
    assert sorted(await outer.values("pageviews", 2)) == [
        (own[0], "A page", ""),
        (own[1], "The inner page", own[0]),
    ]
    # Another origin is told no more than the origin.
    assert await other.values("pageviews", 1) == [(other.url(), "The inner page", outer.url())]
    assert len({row.metadata["session"] for row in rows}) == 1


async def test_a_frame_that_is_removed_leaves_its_events(visitor: Visitor, front: Front):
    front.pages |= {"/": page('<iframe src="/inner"></iframe>', head=""), "/inner": INNER}
    tab = await visitor.open(front.url())
    await tab.frames[1].click("#inner")
    await tab.evaluate("document.querySelector('iframe').remove()")
    await front.until_rows("clicks", 1)
    await leave(tab)
    [row] = await front.until_rows("clicks", 1)
    assert row.url == front.url("/inner")


async def test_what_happens_in_an_open_shadow_root_is_named(visitor: Visitor, front: Front):
    front.pages["/"] = SHADOWS
    tab = await visitor.open(front.url())
    await tab.click("#open b")
    await tab.click("#open i")
    await tab.click("#open #pin")
    await tab.keyboard.type("12")
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/?pin=12*")
    await leave(tab)
    assert [click[0] for click in await visitor.values("clicks", 2)] == ["form#card>a>b", "input#pin"]
    assert await visitor.values("link_clicks", 1) == [("Link", front.url("/#card"), False, False)]
    assert await visitor.values("key_presses", 3) == [("Unidentified",)] * 3


async def test_what_happens_in_a_closed_shadow_root_is_that_of_its_host(visitor: Visitor, front: Front):
    front.pages["/"] = SHADOWS
    tab = await visitor.open(front.url())
    box = await tab.locator("#shut").bounding_box()
    assert box
    await tab.mouse.click(box["x"] + 60, box["y"] + 8)
    await tab.keyboard.type("12")
    await leave(tab)
    assert [click[0] for click in await visitor.values("clicks", 1)] == ["x-card#shut"]
    assert await visitor.values("key_presses", 2) == [("Unidentified",)] * 2


async def test_a_page_in_a_sandbox_is_captured_without_storage(visitor: Visitor, front: Front):
    front.pages |= {
        "/": page('<iframe sandbox="allow-scripts" src="/inner"></iframe>', head=""),
        "/inner": page('<button id="inner">Inner</button>', head=SCRIPT),
    }
    front.settings["flush_interval_ms"] = 100
    tab = await visitor.open(front.url())
    await tab.frames[1].click("#inner")
    [row] = await front.until_rows("clicks", 1)
    assert row.url == front.url("/inner")
    assert row.metadata["uuid"] != visitor.uuid
    await leave(tab)
