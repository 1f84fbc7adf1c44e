"""The small shop that synthetic visitors go through: its pages and links, and how people get there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is shown, and where it leads: a path of the shop, or an address elsewhere."""

    text: str
    target: str

    @property
    def outbound(self) -> bool:
        """Whether it leads to another site."""
        return "://" in self.target

    @property
    def download(self) -> bool:
        """Whether it leads to a file."""
        return self.target.endswith(".pdf")


@dataclass(frozen=True, slots=True)
class Page:
    """A page; ``height`` in CSS pixels, ``price`` in cents where it sells something."""

    path: str
    title: str
    height: int
    links: tuple[Link, ...]
    price: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where a visit comes from; ``query`` are the campaign's parameters, ``weight`` how often it is so."""

    referrer: str
    query: str
    weight: int


CATEGORIES = {"tea": "Tea", "pots": "Teapots", "cups": "Cups and mugs"}
PRODUCTS = {
    "sencha": ("tea", "Sencha, 100 g", 1290),
    "earl-grey": ("tea", "Earl Grey, 100 g", 890),
    "rooibos": ("tea", "Rooibos, 200 g", 750),
    "darjeeling": ("tea", "Darjeeling First Flush, 50 g", 1690),
    "iron-pot": ("pots", "Cast iron teapot, 0.8 l", 5900),
    "glass-pot": ("pots", "Glass teapot, 1.2 l", 3490),
    "travel-pot": ("pots", "Travel set with two cups", 4200),
    "blue-cup": ("cups", "Blue stoneware cup", 1400),
    "zażółć-cup": ("cups", "Cup “Zażółć”", 1600),
    "mug-xl": ("cups", "Mug XL, 0.5 l", 1250),
}
NAVIGATION = (
    Link("Tea house", "/"),
    *(Link(title, f"/{slug}") for slug, title in CATEGORIES.items()),
    Link("Search", "/search"),
    Link("Cart", "/cart"),
)
FOOTER = (
    Link("About us", "/about"),
    Link("Help", "/help"),
    Link("Price list (PDF)", "/files/prices.pdf"),
    Link("Follow us", "https://social.example/teahouse"),
)

HOME, SEARCH, CART, CHECKOUT, THANKS, LOGIN = "/", "/search", "/cart", "/checkout", "/thanks", "/login"
FIELDS = {
    CHECKOUT: ("#checkout", ("email", "name", "street", "city", "card")),
    LOGIN: ("#login", ("email", "password")),
    SEARCH: ("#search", ("q",)),
}

SOURCES = (
    Source("", "", 30),
    Source("https://search.example/", "", 34),
    Source("https://news.example/tea", "", 8),
    Source("https://social.example/", "utm_source=social&utm_medium=post&utm_campaign=autumn", 12),
    Source("", "utm_source=newsletter&utm_medium=email&utm_campaign=november", 10),
    Source("https://search.example/", "utm_source=search&utm_medium=cpc&utm_campaign=teapots", 6),
)


def _product(slug: str) -> Page:
    category, title, price = PRODUCTS[slug]
    others = [name for name, (other, _, _) in PRODUCTS.items() if other == category and name != slug]
    near = tuple(Link(PRODUCTS[name][1], f"/{category}/{name}") for name in others)
    return Page(f"/{category}/{slug}", f"{title} · Tea house", 2200, (*NAVIGATION, *near, *FOOTER), price)


def _category(slug: str) -> Page:
    own = tuple(
        Link(title, f"/{slug}/{name}") for name, (category, title, _) in PRODUCTS.items() if category == slug
    )
    # Twice: what is sold here is what most people go on to.
    return Page(f"/{slug}", f"{CATEGORIES[slug]} · Tea house", 3400, (*own, *own, *NAVIGATION, *FOOTER))


def _plain(path: str, title: str, height: int) -> Page:
    return Page(path, f"{title} · Tea house", height, (*NAVIGATION, *FOOTER))


PAGES: dict[str, Page] = {
    page.path: page
    for page in (
        _plain(HOME, "Welcome", 4200),
        *map(_category, CATEGORIES),
        *map(_product, PRODUCTS),
        _plain(SEARCH, "Search", 1400),
        _plain(CART, "Your cart", 1100),
        _plain(CHECKOUT, "Checkout", 1600),
        _plain(THANKS, "Thank you", 900),
        _plain(LOGIN, "Sign in", 900),
        _plain("/about", "About us", 2600),
        _plain("/help", "Help", 3000),
    )
}
