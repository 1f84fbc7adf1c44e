"""What a page says itself, and what it keeps from the tracker."""

from browser.front import SCRIPT, Front, page
from browser.visitor import Visitor, leave

STUB = (
    "<script>window.chronos=window.chronos||{q:[]};['track','record','identify','optIn','optOut']"
    ".forEach(m=>chronos[m]=(...a)=>chronos.q.push([m,...a]));"
    "chronos.identify('early'); chronos.track('before', { the: 'script' });</script>"
)
REGIONS = page(
    '<div data-chronos-ignore><button id="unseen">Unseen</button><a href="#elsewhere">Unseen</a>'
    '<input id="in1">'
    "</div><div data-chronos-mask><button id='masked'>4 Privet Drive</button>"
    '<a id="link" href="#somewhere">Mr Potter</a><div id="keys" tabindex="0">Keys</div></div>'
    '<button id="seen">  Buy\n  now </button><button id="icon" aria-label="Close"></button>'
)
LINKS = page(
    '<a id="in" href="#in">Inside</a><a id="out" href="http://127.0.0.1:9/">Out</a>'
    '<a id="pdf" href="/price.pdf?v=2">Prices</a><a id="save" href="/list" download>List</a>'
    '<a id="both" href="https://example.com/setup.exe">Setup</a><a id="mail" href="mailto:a@b.c">Write</a>'
    '<svg width="50" height="20"><a id="drawn" href="#drawn"><text y="15">Drawn</text></a></svg>'
    '<img src="data:," usemap="#map"><script>onclick = (event) => event.preventDefault();</script>'
)
PROPERTIES = {
    "price": 12.5,
    "name": "Kőrös 🗝",
    "items": [{"sku": "a", "tags": ["x", None, True]}, {}],
    "deep": {"er": {"and": {"deeper": 0}}},
}


async def test_a_custom_event_has_its_properties_as_they_are(visitor: Visitor, front: Front):
    tab = await visitor.open(front.url())
    await tab.evaluate("properties => chronos.track('ordered', properties)", PROPERTIES)
    await tab.evaluate(
        "() => { chronos.track('seen'); chronos.track('odd', { at: new Date(0), not: NaN }); }"
    )
    await leave(tab)
    assert await visitor.values("custom_events", 3) == [
        ("ordered", PROPERTIES),
        ("seen", {}),
        ("odd", {"at": "1970-01-01T00:00:00.000Z", "not": None}),
    ]


async def test_properties_that_are_no_json_hurt_nobody(visitor: Visitor, front: Front):
    tab = await visitor.open(front.url())
    await tab.evaluate("() => { const ring = {}; ring.ring = ring; chronos.track('ring', ring); }")
    await tab.evaluate("() => { chronos.track('big', { big: 1n }); chronos.track(); chronos.track('last'); }")
    await leave(tab)
    assert ("last", {}) in await visitor.values("custom_events", 2)


async def test_a_visitor_has_a_name_from_when_the_page_says_it(visitor: Visitor, front: Front):
    tab = await visitor.open(front.url())
    await tab.mouse.click(5, 5)
    await tab.evaluate("chronos.identify('ada')")
    await tab.mouse.click(6, 5)
    await leave(tab)
    again = await visitor.open(front.url("/again"))
    await again.mouse.click(7, 5)
    await again.evaluate("chronos.identify()")
    await again.mouse.click(8, 5)
    await leave(again)
    clicks = await visitor.until_rows("clicks", 4)
    assert [click.metadata["user"] for click in clicks] == ["", "ada", "ada", ""]
    assert await visitor.values("identities", 1) == [("ada",)]


async def test_calls_made_before_the_script_came_are_kept(visitor: Visitor, front: Front):
    front.pages["/"] = page("", head=STUB + SCRIPT)
    tab = await visitor.open(front.url())
    await leave(tab)
    [event] = await visitor.until_rows("custom_events", 1)
    assert event.values == ("before", {"the": "script"})
    assert event.metadata["user"] == "early"


async def test_a_page_that_includes_the_script_twice_counts_once(visitor: Visitor, front: Front):
    front.pages["/"] = page("", head=SCRIPT + SCRIPT)
    tab = await visitor.open(front.url())
    await tab.mouse.click(5, 5)
    await leave(tab)
    assert len(await visitor.values("clicks", 1)) == 1
    assert len(await visitor.values("pageviews", 1)) == 1


async def test_nothing_of_an_ignored_region_is_captured(visitor: Visitor, front: Front):
    front.pages["/"] = REGIONS
    tab = await visitor.open(front.url())
    await tab.click("#unseen")
    await tab.click("[href='#elsewhere']")
    await tab.type("#in1", "secret")
    await tab.click("#seen")
    assert await tab.evaluate("chronos.ignored.ignored_region") >= 8
    await leave(tab)
    assert [click[0] for click in await visitor.values("clicks", 1)] == ["button#seen"]
    assert await visitor.values("link_clicks", 0) == []
    assert await visitor.values("key_presses", 0) == []
    assert "nseen" not in str([post.events for post in front.posts])


async def test_a_masked_region_is_captured_without_its_words(visitor: Visitor, front: Front):
    front.pages["/"] = REGIONS
    front.settings["click_text"] = True
    tab = await visitor.open(front.url())
    for target in ("#masked", "#link", "#keys"):
        await tab.click(target)
    await tab.keyboard.press("k")
    await leave(tab)
    clicks = await visitor.values("clicks", 3)
    assert [(target, text) for target, *_, text in clicks] == [
        ("button#masked", ""),
        ("a#link", ""),
        ("div#keys", ""),
    ]
    assert await visitor.values("link_clicks", 1) == [("", front.url("/#somewhere"), False, False)]
    assert await visitor.values("key_presses", 1) == [("Unidentified",)]
    sent = str([post.events for post in front.posts])
    assert "Privet" not in sent
    assert "Potter" not in sent


async def test_the_text_of_a_click_is_sent_where_the_settings_say_so(visitor: Visitor, front: Front):
    front.pages["/"] = REGIONS
    front.settings["click_text"] = True
    tab = await visitor.open(front.url())
    await tab.click("#seen")
    await tab.locator("#icon").dispatch_event("click")
    await leave(tab)
    clicks = [(target, text) for target, *_, text in await visitor.values("clicks", 2)]
    assert clicks == [("button#seen", "Buy now"), ("button#icon", "Close")]


async def test_a_link_says_whether_it_leads_out_and_whether_to_a_file(visitor: Visitor, front: Front):
    front.pages["/"] = LINKS
    tab = await visitor.open(front.url())
    for target in ("in", "out", "pdf", "save", "both", "mail", "drawn"):
        await tab.click(f"#{target}")
    await leave(tab)
    assert await visitor.values("link_clicks", 7) == [
        ("Inside", front.url("/#in"), False, False),
        ("Out", "http://127.0.0.1:9/", True, False),
        ("Prices", front.url("/price.pdf?v=2"), False, True),
        ("List", front.url("/list"), False, True),
        ("Setup", "https://example.com/setup.exe", True, True),
        ("Write", "mailto:a@b.c", False, False),
        ("Drawn", "#drawn", False, False),
    ]
