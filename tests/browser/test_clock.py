"""A browser whose clock is wrong: client_time says what it said, event_time when it was."""

import pytest

from browser.visitor import Visitor, leave, now_ms

HOUR = 3_600_000
SLACK = 1000  # the correction takes the way to the server for a part of the error


@pytest.mark.parametrize("error", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_event_time_is_corrected(error: int, visitor: Visitor):
    await visitor.context.add_init_script(f"{{ const now = Date.now; Date.now = () => now() + {error}; }}")
    page = await visitor.open()
    began = now_ms()
    await page.click("#press")
    ended = now_ms()
    await leave(page)
    [row] = await visitor.until_rows("clicks", 1)
    assert began - SLACK <= row.client_time - error <= ended + SLACK
    assert began - SLACK <= row.event_time <= ended + SLACK
    assert row.event_time <= row.time
