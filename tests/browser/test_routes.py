"""A single-page application: each event belongs to the route on which it happened."""

import pytest
from playwright.async_api import Page

from browser.front import Front, page
from browser.visitor import Visitor, leave

# As routers do it: the address first, the view in a task of its own, the title with the view.
APPLICATION = page(
    """<nav id="nav"><button id="push">Push</button><button id="replace">Replace</button></nav><main></main>
    <script>
      const show = () => setTimeout(() => {
        document.title = `View ${location.pathname}`;
        document.querySelector("main").textContent = location.href;
      }, 20);
      function go(path, how = "pushState") { history[how]({}, "", path); show(); }
      push.onclick = () => go("/pushed?utm_source=letter");
      replace.onclick = () => go("/replaced", "replaceState");
      addEventListener("popstate", show);
      document.title = "View /";
    </script>"""
)
TITLED = "title => document.title == title"


async def opened(visitor: Visitor, front: Front, path: str = "/") -> Page:
    front.pages["/"] = APPLICATION
    return await visitor.open(front.url(path))


async def until_titled(tab: Page, title: str) -> None:
    await tab.wait_for_function(TITLED, arg=title)


async def until_seen(tab: Page) -> None:
    """Until the tracker has looked at the title, which is after 100 ms."""
    await tab.evaluate("new Promise(done => setTimeout(done, 150))")


async def test_each_route_is_a_pageview_with_its_title_and_where_from(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await until_seen(tab)
    for act in (
        lambda: tab.click("#push"),
        lambda: tab.click("#replace"),
        lambda: tab.evaluate("go('/third')"),
        tab.go_back,
        tab.go_forward,
        lambda: tab.evaluate("() => { location.hash = 'part'; }"),
    ):
        await act()
        await until_seen(tab)
    await leave(tab)
    root, pushed, replaced, third = (
        front.url(path) for path in ("/", "/pushed?utm_source=letter", "/replaced", "/third")
    )
    assert await visitor.values("pageviews", 7) == [
        (root, "View /", ""),
        (pushed, "View /pushed", root),
        (replaced, "View /replaced", pushed),
        (third, "View /third", replaced),
        (replaced, "View /replaced", third),
        (third, "View /third", replaced),
        (f"{third}#part", "View /third", third),
    ]


async def test_the_metadata_of_a_pageview_are_those_of_its_route(visitor: Visitor, front: Front):
    tab = await opened(visitor, front, "/?utm_source=advert&utm_medium=banner")
    await until_seen(tab)
    await tab.click("#push")
    await until_seen(tab)
    await tab.evaluate("go('/last')")
    await until_seen(tab)
    await leave(tab)
    views = await visitor.until_rows("pageviews", 3)
    utm = {"utm_source", "utm_medium"}
    assert [{name: view.metadata[name] for name in utm & view.metadata.keys()} for view in views] == [
        {"utm_source": "advert", "utm_medium": "banner"},
        {"utm_source": "letter"},
        {},
    ]
    for view in views:
        url, title, referrer = view.values
        assert (view.url, view.metadata["referrer"]) == (url, referrer)
        assert view.metadata["pageTitle"] == title


async def test_events_around_a_change_belong_to_the_route_on_which_they_were(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    # One task: a click, the change, a click.
    await tab.evaluate("""() => {
      const main = document.querySelector("main");
      main.click(); go("/one"); main.click(); main.click(); go("/two", "replaceState"); main.click();
      chronos.track("here");
    }""")
    await leave(tab)
    clicks = await visitor.until_rows("clicks", 4)
    root, one, two = (front.url(path) for path in ("/", "/one", "/two"))
    assert sorted(click.url for click in clicks) == sorted([root, one, one, two])
    assert [event.url for event in await visitor.until_rows("custom_events", 1)] == [two]


async def test_the_click_that_changes_the_route_belongs_to_the_one_before(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await tab.click("#push")
    await tab.click("#replace")
    await leave(tab)
    clicks = await visitor.until_rows("clicks", 2)
    assert [(click.values[0], click.url) for click in clicks] == [
        ("button#push", front.url()),
        ("button#replace", front.url("/pushed?utm_source=letter")),
    ]


async def test_a_title_that_is_set_late_is_that_of_its_own_route(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await tab.evaluate("go('/late')")
    await until_titled(tab, "View /late")
    await tab.evaluate("go('/later')")
    await until_seen(tab)
    await leave(tab)
    views = await visitor.values("pageviews", 3)
    assert [(url, title) for url, title, _ in views[1:]] == [
        (front.url("/late"), "View /late"),
        (front.url("/later"), "View /later"),
    ]


async def test_what_changes_no_address_is_no_pageview(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await tab.evaluate("""() => {
      history.replaceState({ scroll: 7 }, ""); history.pushState({}, "", location.href);
      history.replaceState({}, "", "/");
    }""")
    await until_seen(tab)
    await leave(tab)
    assert len(await visitor.values("pageviews", 1)) == 1


async def test_an_address_that_the_browser_refuses_is_the_page_s_own_error(visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    said = await tab.evaluate("""() => {
      try { history.pushState({}, "", "https://example.com/"); } catch (error) { return error.name; }
    }""")
    assert said == "SecurityError"
    await leave(tab)
    assert len(await visitor.values("pageviews", 1)) == 1


@pytest.mark.parametrize("type", ["visible_times", "scroll_depths"])
async def test_each_route_has_its_own_measures(type: str, visitor: Visitor, front: Front):
    tab = await opened(visitor, front)
    await until_seen(tab)
    await tab.evaluate("go('/next')")
    await until_seen(tab)
    await leave(tab)
    rows = await visitor.until_rows(type, 2)
    assert {row.url for row in rows} == {front.url(), front.url("/next")}
