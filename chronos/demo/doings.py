"""What somebody does on a page: read, scroll, point, click, type, send forms; and what goes wrong."""

from random import Random
from typing import Any
from urllib.parse import quote

from chronos.demo import shop
from chronos.demo.acts import Act, PageVisit
from chronos.demo.shop import Link
from chronos.demo.visitors import Visitor

MASKED_KEY = "Unidentified"  # of a key that was pressed in a field
NAMED_KEYS = ("Tab", "Escape", "ArrowDown", "PageDown", " ", "Home")
SAMPLE = 0.1  # seconds between two places of the mouse
VITALS = (("TTFB", 180, 800), ("FCP", 900, 1800), ("LCP", 1700, 2500), ("INP", 90, 200), ("CLS", 0.04, 0.1))
MISHAPS = (
    ("error", "cart is undefined", "/static/cart.js", 118, 17, "at add (/static/cart.js:118:17)"),
    ("error", "Cannot read properties of null (reading 'price')", "/static/shop.js", 42, 9, "at show"),
    ("unhandledrejection", "NetworkError when attempting to fetch resource", "", 0, 0, ""),
)


class Doings:
    """Fills one page of a visit, act after act; the clock goes on with each."""

    def __init__(self, rng: Random, visitor: Visitor, page: PageVisit) -> None:
        self._rng = rng
        self._visitor = visitor
        self._to = page
        self._now = page.begin
        self._seen = 0
        self._place = self._somewhere()

    def arrive(self, session: str | None) -> None:
        """Open the page; ``session`` is new with the first one."""
        if session is not None:
            self._do("sessions", session)
        self._do("pageviews", self._to.url, self._to.page.title, behind=(self._to.referrer,))
        screen = self._visitor.browser.height
        self._scroll(min(100, round(100 * screen / self._to.page.height)))
        for name, usual, good in VITALS[:3]:
            self._wait(0.1, 0.5)
            self._vital(name, usual, good)

    def look(self) -> None:
        """Read for a while, with all that belongs to it."""
        for _ in range(self._rng.randint(1, 5)):
            self._wait(0.8, 4)
            self._rng.choices(
                (self._read_on, self._move, self._click, self._press, self._go_wrong, self._get_angry),
                (34, 30, 18, 8, 3, 2),
            )[0]()
        path = self._to.page.path
        if path in shop.FIELDS:
            self._fill_in(*shop.FIELDS[path])
        if self._to.page.price and self._rng.random() < 0.35:
            self._buy()
        if path == shop.THANKS:
            self._do("custom_events", "order", {"total": self._rng.randint(900, 12_000) / 100, "items": 2})

    def leave(self, origin: str, following: str | None) -> None:
        """Go to the path ``following`` by a link to it; "" closes the page, None goes on by a form."""
        for name, usual, good in VITALS[3:]:
            self._vital(name, usual, good)
        links = [link for link in self._to.page.links if link.target == following]
        if following == "" and self._rng.random() < 0.15:
            links = [link for link in self._to.page.links if link.outbound or link.download]
        if links:
            self._move()
            self._follow(origin, self._rng.choice(links))
        if self._rng.random() < 0.005:
            self._do("losses", "storage full", self._rng.randint(1, 60))
        self._to.end = self._now + 0.05

    def _read_on(self) -> None:
        self._wait(0.5, 3)
        self._scroll(min(100, self._seen + self._rng.randint(8, 30)))

    def _move(self) -> None:
        if self._visitor.browser.touch:
            return
        (x, y), (to_x, to_y) = self._place, self._somewhere()
        steps = self._rng.randint(3, 16)
        for step in range(1, steps + 1):
            self._now += SAMPLE
            part = step / steps
            wobble = self._rng.randint(-3, 3)
            self._to.mouse.append(
                (self._now, round(x + (to_x - x) * part) + wobble, round(y + (to_y - y) * part) + wobble)
            )
        self._place = to_x, to_y

    def _click(self, target: str = "DIV.content") -> None:
        self._move()
        self._do("clicks", target, 0, *self._place)

    def _press(self) -> None:
        for _ in range(self._rng.randint(1, 3)):
            self._do("key_presses", self._rng.choice(NAMED_KEYS))
            self._wait(0.1, 0.6)

    def _go_wrong(self) -> None:
        if self._rng.random() < 0.5:
            self._do("errors", *self._rng.choice(MISHAPS))
        else:
            self._click("BUTTON.wishlist")
            self._do("dead_clicks", "BUTTON.wishlist", *self._place)
            self._wait(1, 1.5)

    def _get_angry(self) -> None:
        self._move()
        for _ in range(3):
            self._do("clicks", "BUTTON.zoom", 0, *self._place)
            self._wait(0.15, 0.3, hurry=False)
        self._do("rage_clicks", "BUTTON.zoom", *self._place)

    def _buy(self) -> None:
        self._click("BUTTON#add-to-cart")
        page = self._to.page
        properties = {"product": page.path.rpartition("/")[2], "price": page.price / 100, "quantity": 1}
        self._do("custom_events", "add_to_cart", properties)

    def _fill_in(self, form: str, fields: tuple[str, ...]) -> None:
        touched = fields if self._rng.random() < 0.75 else fields[: self._rng.randint(0, len(fields) - 1)]
        for name in touched:
            self._click(f"INPUT[{name}]")
            for _ in range(self._rng.randint(4, 16)):
                self._wait(0.08, 0.3)
                self._do("key_presses", MASKED_KEY)
        if touched == fields:
            self._wait(0.3, 1.5)
            self._do("form_submissions", dict.fromkeys(fields), behind=(form,))
            if form == "#login" and self._visitor.user:
                self._do("identities", self._visitor.user)
        elif touched:
            self._do("form_abandonments", form, list(touched))

    def _follow(self, origin: str, link: Link) -> None:
        target = link.target if link.outbound else f"{origin}{quote(link.target)}"
        marks = (link.outbound, True) if link.download else (True,) if link.outbound else ()
        self._do("clicks", "A", 0, *self._place)
        self._do("link_clicks", link.text, target, behind=marks)

    def _vital(self, name: str, usual: float, good: float) -> None:
        value = round(self._rng.lognormvariate(0, 0.5) * usual, 4)
        rating = "good" if value <= good else "needs-improvement" if value <= 2 * good else "poor"
        self._do("web_vitals", name, value, rating)

    def _scroll(self, depth: int) -> None:
        if depth > self._seen:
            self._seen = depth
            self._to.scrolled.append((self._now, depth))

    def _do(self, kind: str, *before: Any, behind: tuple[Any, ...] = ()) -> None:
        self._to.acts.append(Act(self._now, kind, before, behind))

    def _wait(self, least: float, most: float, *, hurry: bool = True) -> None:
        passed = self._rng.uniform(least, most)
        self._now += passed / self._visitor.haste if hurry else passed

    def _somewhere(self) -> tuple[int, int]:
        screen = self._visitor.browser
        return self._rng.randint(10, screen.width - 10), self._rng.randint(60, screen.height - 60)
