"""Event types of others: known everywhere once they are loaded, and refused where they cannot be kept."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import packages
import pytest

from chronos import migrations, resources, settings
from chronos.errors import ConfigurationError
from chronos.extensions import derived_sql, events
from chronos.models.decoder import Decoder
from chronos.models.events import BUILT_IN, EVENT_TYPES
from chronos.sinks.pipelinedb import rows as pipeline_rows
from chronos.sinks.timescaledb.rows import columns
from chronos.views import catalog
from chronos.views.streams import streams
from chronos.windows.expression import columns_of

POINTS = "[chronos.events]\npurchases = shop_events.types:Purchase\n"


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """The table of types is one for the process."""
    yield
    for name in [name for name in EVENT_TYPES if name not in BUILT_IN]:
        del EVENT_TYPES[name]
    for name in [name for name in sys.modules if name.startswith(("shop_events", "own_events"))]:
        del sys.modules[name]


def install(folder: Path, patch: pytest.MonkeyPatch, types: str = packages.EVENTS, sql: str = "") -> None:
    files = {
        "shop_events/__init__.py": "",
        "shop_events/types.py": types,
        "shop_events/sql/001_purchases.sql": sql or packages.PURCHASES,
    }
    packages.install(folder / "site", patch, points=POINTS, files=files)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch)
    events.load(settings.load())


def test_a_type_is_known_wherever_types_are(shop: None) -> None:
    own = ["product", "price", "items", "paid", "coupon"]
    common = ["client_time", "time", "event_time", "metadata_id"]
    event = EVENT_TYPES["purchases"]
    assert event.columns() == own
    assert sorted(columns(event)) == sorted([*own, *common])
    assert streams()["purchases"].own == tuple(own)
    assert "purchases" in streams()["events"].types
    assert columns_of("purchases")["price"] == "double precision"
    assert pipeline_rows.columns("purchases")[:5] == own
    text = "-- x\ncreate view p as select product, sum(price) as sum from purchases group by 1;"
    assert catalog.compiled(text, "p.sql").stream.name == "purchases"


def test_a_type_that_is_loaded_anew_under_its_name_is_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "before", monkeypatch, packages.EVENTS.replace("coupon", "voucher"))
    events.load(settings.load())
    assert "voucher" in columns(EVENT_TYPES["purchases"])
    for name in ("shop_events", "shop_events.types"):
        del sys.modules[name]
    del EVENT_TYPES["purchases"]
    install(tmp_path / "after", monkeypatch)
    events.load(settings.load())
    assert "voucher" not in columns(EVENT_TYPES["purchases"])


def test_its_events_are_decoded_and_checked(shop: None) -> None:
    good = ["purchases", "shoe", 9.5, {"a": [1]}, 5, True, "X"]
    bad = ["purchases", "shoe", "free", {}, 5]
    body = {"ACCESS_KEY": "k", "data": {"events": [good, good[:5], bad], "metadata": {}}}
    found = Decoder(100).decode(msgspec.json.encode(body))
    assert [(one.product, one.paid, one.coupon) for one in found.events] == [
        ("shoe", True, "X"),
        ("shoe", False, None),
    ]
    assert [one.reason for one in found.bad] == ["Expected `float`, got `str` - at `purchases.price`"]


def test_its_migrations_come_behind_ours_under_the_name_of_the_package(shop: None) -> None:
    names = [name for name, _ in migrations.named_files()]
    assert names == [*(path.name for path in migrations.files()), "shop_events/001_purchases.sql"]


def test_to_load_again_changes_nothing(shop: None) -> None:
    before = list(EVENT_TYPES.items())
    events.load(settings.load())
    assert list(EVENT_TYPES.items()) == before


def test_a_setting_names_one_beside_chronos_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    Path("own_events.py").write_text(packages.EVENTS)
    Path("sql").mkdir()
    Path("sql/001.sql").write_text(packages.PURCHASES)
    Path("chronos.toml").write_text('[app]\nevents = ["own_events:Purchase"]')
    events.load(settings.load())
    assert "purchases" in EVENT_TYPES
    assert migrations.named_files()[-1] == ("own_events/001.sql", tmp_path / "sql" / "001.sql")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"purchases"', '"clicks"', "has the wire_name clicks of chronos.models.events:Click"),
        ('"purchases"', '"Big"', "has wire_name = 'Big': expected lower-case"),
        ('"purchases"', '"events"', "has wire_name = 'events': expected"),
        ('"purchases"', '"sales"', "has no table: no file in "),
        ("client_time: float", "at: float", "has no field client_time: float"),
        ("price: float", "price: int | None", "has a field price of a type that is not taken"),
        ("price: float", "price: list[object]", "has a field price of a type that is not taken"),
        ("price: float", "event_time: float", "has a field event_time, a name that is taken"),
        ("price: float", "Price: float", "has a field Price, a name that is taken or no column"),
        ("paid: bool = False", "paid: bool", "has a field paid behind client_time, which needs a default"),
        ("\nfrom coll", "\nfrom __future__ import annotations\nfrom coll", "has its annotations as text"),
        ("(Event)", "", "is no chronos.models.events.Event"),
        ("class", "import no_such\nclass", "cannot be imported: ModuleNotFoundError"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str
) -> None:
    install(tmp_path, monkeypatch, packages.EVENTS.replace(old, new))
    with pytest.raises(ConfigurationError) as caught:
        events.load(settings.load())
    assert says in str(caught.value)
    assert "package shop 1.2, entry point purchases of chronos.events: shop_events.types:Purchase" in str(
        caught.value
    )
    assert tuple(EVENT_TYPES) == BUILT_IN


# A comment says more than can be derived, and our own tables have some columns in another order.
def plain(text: str) -> list[str]:
    lines = [re.sub(r"\s*--.*", "", line).strip(" ,") for line in text.splitlines()]
    return sorted(" ".join(line.split()) for line in lines if line)


@pytest.mark.parametrize("name", [name for name in BUILT_IN if name != "mouse_moves"])
def test_the_sql_that_is_derived_is_what_ours_is(name: str) -> None:
    [ours] = resources.sql("timescaledb").glob(f"???_{name}.sql")
    table = derived_sql.event_type(EVENT_TYPES[name]).partition("create view")[0]
    assert plain(table) == plain(ours.read_text().partition("create view")[0])


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_stream_that_is_derived_is_what_ours_is(name: str) -> None:
    ours = resources.sql(f"pipelinedb/streams/{name}.sql").read_text()
    assert plain(derived_sql.stream(EVENT_TYPES[name])) == plain(ours)
