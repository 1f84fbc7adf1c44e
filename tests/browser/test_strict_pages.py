"""Pages that let hardly anything run, or no script at all."""

import base64
import hashlib

from browser.conftest import NewVisitor
from browser.front import Front, page
from browser.visitor import Visitor, leave

POLICY = "default-src 'none'; script-src 'nonce-{nonce}'; connect-src {worker}; img-src data:"
NONCE = "r4nd0m"


async def test_the_strictest_policy_that_names_the_worker_is_enough(visitor: Visitor, front: Front):
    worker = front.worker.url
    front.headers["Content-Security-Policy"] = POLICY.format(nonce=NONCE, worker=worker)
    front.pages["/"] = page(
        '<button id="press">Press</button>',
        head=f'<script nonce="{NONCE}" src="{worker}/tracker.js" defer></script>',
    )
    tab = await visitor.open(front.url())
    await visitor.until_rows("web_vitals", 2)
    await tab.click("#press")
    await tab.evaluate("chronos.track('free')")
    await leave(tab)
    await visitor.until_rows("clicks", 1)
    await visitor.until_rows("custom_events", 1)
    vitals = {name for name, *_ in await visitor.values("web_vitals", 3)}
    assert {"TTFB", "FCP", "LCP"} <= vitals
    assert visitor.complaints == []


async def test_a_script_whose_bytes_the_page_checks_runs(visitor: Visitor, front: Front):
    script = f"{front.worker.url}/tracker.js"
    async with front.worker.web.get(script) as answer:
        digest = base64.b64encode(hashlib.sha384(await answer.read()).digest()).decode()
    front.pages["/"] = page(
        "", head=f'<script src="{script}" integrity="sha384-{digest}" crossorigin defer></script>'
    )
    tab = await visitor.open(front.url())
    await tab.mouse.click(10, 5)
    await leave(tab)
    assert len(await visitor.until_rows("clicks", 1)) == 1
    assert visitor.complaints == []


async def test_a_page_that_isolates_itself_from_other_origins_is_captured(visitor: Visitor, front: Front):
    front.headers |= {
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    front.pages["/"] = page("", head=f'<script src="{front.worker.url}/tracker.js" defer></script>')
    tab = await visitor.open(front.url())
    assert await tab.evaluate("crossOriginIsolated")
    await tab.mouse.click(10, 5)
    await leave(tab)
    assert len(await visitor.until_rows("clicks", 1)) == 1
    assert visitor.complaints == []


async def test_without_javascript_the_picture_records_the_page(new_visitor: NewVisitor, front: Front):
    visitor = await new_visitor(known=False, java_script_enabled=False)
    tab = await visitor.open("/demo?visit=without-javascript")
    url = tab.url
    statement = "select url, title, metadata from pageviews where url = $1"
    await visitor.worker.until_stored()
    [(found, title, metadata)] = await visitor.worker.query(statement, url)
    assert (found, title) == (url, "")
    assert "uuid" not in metadata
    assert (metadata["url"], metadata["cookieAllowed"], metadata["language"]) == (url, False, "en-GB")
    assert "Chrome" in metadata["userAgent"]
    await leave(tab)
    assert visitor.complaints == []


async def test_a_page_with_javascript_does_not_ask_for_the_picture(visitor: Visitor):
    tab = await visitor.open("/demo")
    await leave(tab)
    await visitor.until_rows("pageviews", 1)
    assert not [request for request in visitor.requests if request.url.endswith(".gif")]
