"""The numbers of a worker's live page, and the same counted in the raw rows."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, expect

from browser.polling import eventually
from browser.rows import OWN_COLUMNS
from browser.visitor import Visitor
from browser.worker import Worker

MINUTES = 30
VISITOR_MINUTES = 5
LATE_SECONDS = 60
RANKINGS = {
    "pages": ("pageviews", "url"),
    "links": ("link_clicks", "link_text"),
    "nodes": ("clicks", "target_node"),
}
# What the page says, in the words of the database.
SAYS = r"""() => {
  const number = (element) => Number(element.textContent.replaceAll(",", ""));
  const pairs = (items) => Object.fromEntries([...items].map((item) => [item.title, number(item.lastChild)]));
  const ranking = (id) => pairs(document.querySelectorAll(`#${id} li:not(.none)`));
  const types = [...document.querySelectorAll("#legend button:not(.late)")];
  const name = (button) => button.children[1].textContent.replaceAll(" ", "_");
  const rows = [...document.querySelectorAll("tbody tr")];
  const all = document.querySelectorAll("thead th").length - 3;
  return {
    types: Object.fromEntries(types.map((one) => [name(one), Number(one.title)])),
    late: Number(document.querySelector("#legend .late").title),
    total: number(document.querySelector("#total")),
    visitors: number(document.querySelector("#visitors")),
    slots: Object.fromEntries(rows.map((row) => [row.dataset.key, number(row.children[all])])),
    pages: ranking("pages"), links: ranking("links"), nodes: ranking("nodes"),
  };
}"""


@dataclass
class Watched:
    """A worker's live page, and what there is in its database of the same time."""

    worker: Worker
    page: Page
    seen: dict[str, Any] = field(default_factory=dict)
    stored: dict[str, Any] = field(default_factory=dict)

    async def agree(self) -> bool:
        self.stored = await stored(self.worker)
        self.seen = await self.page.evaluate(SAYS)
        return self.seen == self.stored

    async def until_they_agree(self) -> None:
        await self.worker.until_stored()
        await eventually(lambda: f"the page says\n{self.seen}, stored is\n{self.stored}", self.agree, 30)


async def stored(worker: Worker) -> dict[str, Any]:
    """The numbers of the live page, counted in the raw rows."""
    bound = "event_time >= slot - interval '{} seconds' and event_time < slot + interval '10 seconds'"
    recent = bound.format(MINUTES * 60 - 10)
    slot = "(select date_bin('10 seconds', now(), 'epoch') as slot) as bounds"
    everything = " union all ".join(
        f"select '{type}' as type, event_time, time, metadata from {type}" for type in OWN_COLUMNS
    )
    rows = await worker.query(
        "select type, extract(epoch from date_bin('10 seconds', event_time, 'epoch'))::bigint as at,"
        " count(*) as n,"
        f" count(*) filter (where time - event_time > interval '{LATE_SECONDS} seconds') as late"
        f" from ({everything}) as all_events, {slot} where {recent} group by 1, 2"
    )
    types, slots = Counter[str](), Counter[str]()
    for row in rows:
        types[row["type"]] += row["n"]
        slots[str(row["at"])] += row["n"]
    visitors = await worker.query(
        f"select count(distinct metadata->>'uuid') as n from ({everything}) as all_events, {slot}"
        f" where {bound.format(VISITOR_MINUTES * 60 - 10)}"
    )
    return {
        "types": dict(types),
        "late": sum(row["late"] for row in rows),
        "total": sum(types.values()),
        "visitors": visitors[0]["n"],
        "slots": dict(slots),
        **{name: await most(worker, *column, f"{slot} where {recent}") for name, column in RANKINGS.items()},
    }


async def most(worker: Worker, type: str, column: str, bounds: str) -> dict[str, int]:
    rows = await worker.query(
        f"select {column} as key, count(*) as n from {type}, {bounds} and {column} is not null"
        f' group by 1 order by n desc, {column} collate "C" limit 10'
    )
    return {row["key"]: row["n"] for row in rows}


async def watched(visitor: Visitor) -> Watched:
    page = await visitor.open("/")
    await expect(page.locator("#connection")).to_have_text("Live")
    return Watched(visitor.worker, page)
