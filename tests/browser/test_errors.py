"""What a page's own scripts fail at."""

from browser.front import Front, page
from browser.visitor import ON_PURPOSE, Visitor, leave

BROKEN = page(
    '<button id="throw">Throw</button><button id="reject">Reject</button><img id="picture" alt="none">'
    '<script src="/broken.js"></script>'
)
SCRIPT = """\
document.getElementById("throw").onclick = () => { throw new RangeError("too far, on purpose"); };
document.getElementById("reject").onclick = () => { Promise.reject(new TypeError("no, on purpose")); };
"""


async def open_broken(visitor: Visitor, front: Front):
    front.pages |= {"/": BROKEN, "/broken.js": SCRIPT}
    return await visitor.open(front.url())


async def test_an_error_is_a_row_that_says_where(visitor: Visitor, front: Front):
    tab = await open_broken(visitor, front)
    await tab.click("#throw")
    await leave(tab)
    [(kind, message, source, line, column, stack)] = await visitor.values("errors", 1)
    assert (kind, message) == ("error", f"Uncaught RangeError: too far, {ON_PURPOSE}")
    assert (source, line) == (front.url("/broken.js"), 1)
    assert column == SCRIPT.index("new RangeError") + 1
    assert stack.startswith(f"RangeError: too far, {ON_PURPOSE}\n")
    assert "broken.js:1" in stack


async def test_a_rejected_promise_is_a_row(visitor: Visitor, front: Front):
    tab = await open_broken(visitor, front)
    await tab.click("#reject")
    await tab.evaluate("Promise.reject('a text, on purpose'); undefined")
    async with visitor.context.expect_event("weberror", lambda error: "undefined" in str(error.error)):
        await tab.evaluate("Promise.reject(); undefined")
    await leave(tab)
    errors = await visitor.values("errors", 3)
    assert {error[0] for error in errors} == {"unhandledrejection"}
    messages = [f"no, {ON_PURPOSE}", f"a text, {ON_PURPOSE}", "undefined"]
    assert [error[1] for error in errors] == messages
    assert "TypeError" in errors[0][5]
    visitor.complaints.remove("undefined")


async def test_the_stack_of_an_error_that_repeats_is_sent_once(visitor: Visitor, front: Front):
    tab = await open_broken(visitor, front)
    for _ in range(3):
        await tab.click("#throw")
    await leave(tab)
    stacks = [bool(error[5]) for error in await visitor.values("errors", 3)]
    assert stacks == [True, False, False]


async def test_what_is_handled_is_no_error_nor_is_a_picture_that_is_missing(visitor: Visitor, front: Front):
    tab = await open_broken(visitor, front)
    await tab.evaluate("Promise.reject(new Error('later')).catch(() => {})")
    await tab.evaluate(
        "new Promise(done => { picture.onerror = done; picture.src = 'data:image/png,none'; })"
    )
    await leave(tab)
    await visitor.until_rows("pageviews", 1)
    assert await visitor.rows("errors") == []
