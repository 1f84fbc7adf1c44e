"""More events in one task than a browser takes at once: all are stored, in beacons that it takes."""

import json

from browser.visitor import Visitor, leave

EVENTS = 5000
BROWSER_TAKES = 65_536  # bytes that may be in flight
BEACON_BYTES = 60_000  # [tracker] max_beacon_bytes
NAMES = ["plain", "многоязычный-🗝️-標的"]

CLICK_MANY = """([events, names]) => {
  const targets = names.map((name) => document.body.appendChild(document.createElement("p")));
  targets.forEach((target, index) => { target.id = names[index]; });
  for (let x = 0; x < events; x += 1) {
    const click = new MouseEvent("click", { bubbles: true, clientX: x, clientY: 7 });
    targets[x % names.length].dispatchEvent(click);
  }
}"""


async def test_thousands_of_events_in_one_task_are_rows_once(visitor: Visitor):
    page = await visitor.open()
    await page.evaluate(CLICK_MANY, [EVENTS, NAMES])
    # The page stays, so that the browser tells of the last beacon, too.
    await page.evaluate("dispatchEvent(new Event('pagehide'))")
    rows = await visitor.until_rows("clicks", EVENTS)
    expected = [(f"p#{NAMES[x % 2]}", 0, float(x), 7.0, None) for x in range(EVENTS)]
    assert sorted((row.values for row in rows), key=lambda values: values[2]) == expected
    await leave(page)
    assert visitor.complaints == []

    bodies = visitor.beacon_bodies()
    assert sum(map(len, bodies)) > 4 * BROWSER_TAKES
    assert max(map(len, bodies)) <= BEACON_BYTES < BROWSER_TAKES
    # What the browser refused was offered again, under the same id.
    beacons = {data["id"]: data["events"] for data in (json.loads(body)["data"] for body in bodies)}
    sent = [event for events in beacons.values() for event in events]
    assert sorted(event[3] for event in sent if event[0] == "clicks") == list(range(EVENTS))


async def test_a_thousand_events_in_the_task_before_the_tab_closes_are_rows(visitor: Visitor):
    page = await visitor.open()
    await page.evaluate(CLICK_MANY, [1000, ["last"]])
    await leave(page)
    rows = await visitor.until_rows("clicks", 1000)
    assert sorted(row.values[2] for row in rows) == list(range(1000))
