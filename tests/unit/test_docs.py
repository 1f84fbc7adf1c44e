"""What the docs say is so: everything is named in them, and everything that they name is there."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
from prometheus_client.metrics import MetricWrapperBase

from chronos import kafka_admin, metrics
from chronos.cli import main as chronos
from chronos.models.events import EVENT_TYPES
from chronos.settings import Settings, problems
from chronos.settings.paths import source_map_path
from chronos.settings.tracker import TrackerEvents
from docs import generate, schema

ROOT = generate.ROOT
PAGES = {str(page.relative_to(ROOT)): page.read_text() for page in generate.pages()}
HELP = re.compile(r"(?s)<!-- generated: (?:help|commands) -->.*?<!-- end -->")
# What the commands say of themselves is left out where it is asked what the docs name.
BY_HAND = {name: HELP.sub("", text) for name, text in PAGES.items()}
MAKEFILE = (ROOT / "Makefile").read_text()

FENCE = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")
EDGE = re.compile(r"(?m)^ *(```.*)$")
SAME_BEGINNING = 60
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
FOLDER = r"(?:chronos|docs|examples|sql|tests|tracker|requirements|docker)"
PATH = re.compile(rf"{FOLDER}/[\w./-]*(?:[.](?:py|sql|js|mjs|md|toml|txt|html|yml|yaml)|/)$")
# Of these the folder is what a newcomer has to find; it says the rest itself.
WHOLE = ("cli", "containers", "demo", "embedded", "spool")

each_page = pytest.mark.parametrize("page", PAGES)


def names() -> Iterator[tuple[str, str]]:
    """Everything that has to be documented, behind the page that does it."""
    yield from (("docs/configuration.md", variable) for variable in leaves())
    yield from (("docs/configuration.md", f"`{name}`") for name in TrackerEvents.model_fields)
    for name, command, _ in generate.commands():
        yield "docs/cli.md", f"## `{name}`"
        yield from (("docs/cli.md", option) for one in command.params for option in one.opts if "-" in option)
    yield from (("docs/reference.md", f"### `{name}`") for name in EVENT_TYPES)
    for relation in schema.relations():
        yield "docs/reference.md", f"`{relation.name}`"
        yield "docs/architecture.md", f"`{relation.name}`"
    yield from (("docs/reference.md", f"`{topic}`") for topic in topics())
    yield from (("docs/reference.md", f"`{name}") for name in metric_names())
    yield from (("docs/reference.md", f" {path}`") for path in http_paths())


def leaves() -> list[str]:
    """The variables of all settings, without those that stand for a whole section."""
    found = problems.variables(Settings)
    return [name for name, _, field in found if not hasattr(field.annotation, "model_fields")]


def topics() -> list[str]:
    return [topic.name for topic in kafka_admin.topics(Settings.model_construct())]


def metric_names() -> list[str]:
    found = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    return [next(iter(one.describe())).name for one in found]


def http_paths() -> list[str]:
    """The paths of the views, as they are with the default settings."""
    texts = [page.read_text() for page in sorted(ROOT.glob("chronos/web/*.py"))]
    known = {"config": Settings.model_construct(), "source_map_path": source_map_path}
    return [eval(path, known) for text in texts for path in re.findall(r"(?m)^@app\.page\((.+)\)$", text)]


@pytest.mark.parametrize(("page", "text"), list(dict.fromkeys(names())))
def test_is_documented(page: str, text: str) -> None:
    assert text in PAGES[page]


def test_what_is_to_be_documented_is_found() -> None:
    assert "CHRONOS_WEB_PORT" in leaves()
    assert "raw.clicks" in [relation.name for relation in schema.relations()]
    assert "events" in topics()
    assert "chronos_beacons" in metric_names()
    assert {"/api/events", "/api/events.gif", "/tracker.js", "/tracker.vitals.js.map"} <= {*http_paths()}


def test_the_columns_of_tables_and_views_are_found() -> None:
    found = {one.name: [column.name for column in one.columns] for one in schema.relations()}
    assert found["beacons"] == ["id", "partition", "offset", "time"]
    for name, event in EVENT_TYPES.items():
        assert {*event.columns(), "id", "event_time", "metadata_id"} <= set(found[f"raw.{name}"])
        assert {*event.columns(), "id", "event_time", "metadata"} <= set(found[name])


def test_generated_parts_are_fresh() -> None:
    assert [str(page) for page in generate.stale()] == [], "run `make docs`"


def test_every_generated_part_stands_somewhere() -> None:
    used = {name for text in PAGES.values() for _, name, _ in generate.PART.findall(text)}
    assert used == set(generate.PARTS)


def test_a_stale_part_is_rewritten_and_nothing_else() -> None:
    page = "before\n<!-- generated: metrics -->\n{}\n<!-- end -->\nafter `{{}}`\n"
    fresh = page.format(generate.metric_table())
    assert generate.rewritten(page.format("old")) == fresh
    assert generate.rewritten(fresh) == fresh


@each_page
def test_code_that_is_opened_is_closed(page: str) -> None:
    edges = EDGE.findall(PAGES[page])
    assert len(edges) % 2 == 0
    assert {*edges[1::2]} <= {"```"}, "what closes a block says no language"


def prose(text: str) -> list[str]:
    """The lines that somebody wrote as sentences: without what is generated, code and tables."""
    by_hand = FENCE.sub("", generate.PART.sub("", text))
    return [line.strip() for line in by_hand.splitlines() if not line.lstrip().startswith(("|", "<!--"))]


def said_twice(text: str) -> list[str]:
    """How lines begin of which a page has two, as where two versions of a passage were joined."""
    beginnings = Counter(line[:SAME_BEGINNING] for line in prose(text) if len(line) >= SAME_BEGINNING)
    return [beginning for beginning, count in beginnings.items() if count > 1]


@each_page
def test_nothing_is_said_twice(page: str) -> None:
    assert said_twice(PAGES[page]) == []


def test_what_is_said_twice_would_be_seen() -> None:
    line = "A line that is long enough to be the beginning of a passage of a page, "
    assert said_twice(f"{line}as it was.\n{line}as it is.\n") == [line[:SAME_BEGINNING]]
    assert said_twice(f"| {line}|\n| {line}|\n```sh\n{line}\n{line}\n```\n") == []


@each_page
def test_links_lead_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    links = [link for link in LINK.findall(BY_HAND[page]) if "://" not in link]
    assert [link for link in links if not _exists(folder, page, link)] == []


def _exists(folder: Path, page: str, link: str) -> bool:
    place, _, anchor = link.partition("#")
    target = folder / place if place else ROOT / page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@each_page
def test_files_that_are_named_are_there(page: str) -> None:
    words = [word for text in INLINE.findall(BY_HAND[page]) for word in text.split()]
    assert [word for word in words if PATH.match(word) and not (ROOT / word).exists()] == []


@each_page
def test_environment_variables_that_are_named_set_something(page: str) -> None:
    known = problems.known_variables(Settings)
    assert set(re.findall(r"CHRONOS_[A-Z_]*[A-Z]", BY_HAND[page])) <= known


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of each `chronos …` that a page says to type."""
    typed = [line for kind, block in FENCE.findall(text) if kind == "sh" for line in block.splitlines()]
    for line in [*typed, *INLINE.findall(FENCE.sub("", text))]:
        for found in re.findall(r"(?:^|\$\()chronos ([^|#;&>)]+)", line.strip()):
            yield shlex.split(found)


@each_page
def test_commands_can_be_typed(page: str) -> None:
    for arguments in commands(BY_HAND[page]):
        _parse(chronos, arguments)


def _parse(command: click.Command, arguments: list[str], above: click.Context | None = None) -> None:
    """Read the arguments as click does; raise UsageError where it would refuse them."""
    with suppress(click.exceptions.NoArgsIsHelpError):
        context = command.make_context(command.name, list(arguments), parent=above)
        left = [*context._protected_args, *context.args]
        if isinstance(command, click.Group) and (left or not command.invoke_without_command):
            _, inner, rest = command.resolve_command(context, left)
            assert inner
            _parse(inner, rest, context)


def test_a_command_that_is_none_would_be_seen() -> None:
    with pytest.raises(click.UsageError):
        _parse(chronos, ["start", "--wrokers", "4"])
    assert list(commands("```sh\nA=$(chronos key list --json | x)\n```\n`chronos stop`")) == [
        ["key", "list", "--json"],
        ["stop"],
    ]


@each_page
def test_make_targets_exist(page: str) -> None:
    typed = [*INLINE.findall(BY_HAND[page]), *re.findall(r"(?m)^(?:    )?(make \w+)", BY_HAND[page])]
    targets = {text.split()[1] for text in typed if text.startswith("make ")}
    assert {target for target in targets if not re.search(rf"(?m)^{target}:", MAKEFILE)} == set()


def modules() -> list[str]:
    """The modules that the page on the architecture leads to."""
    found = [str(path.relative_to(ROOT / "chronos")) for path in (ROOT / "chronos").rglob("*.py")]
    single = [path for path in found if not path.startswith(WHOLE) and not path.endswith("__init__.py")]
    return sorted([*single, *(f"{folder}/" for folder in WHOLE)])


@pytest.mark.parametrize("module", modules())
def test_the_architecture_names(module: str) -> None:
    assert f"](../chronos/{module})" in PAGES["docs/architecture.md"]


def test_the_architecture_has_one_row_for_a_file() -> None:
    rows = Counter(re.findall(r"(?m)^[|] (\[.+?) [|] ", PAGES["docs/architecture.md"]))
    assert len(rows) > 50
    assert [row for row, count in rows.items() if count > 1] == []


def test_the_readme_opens_with_the_two_commands() -> None:
    first = PAGES["README.md"].index("    make run")
    assert first < PAGES["README.md"].index("    make test") < PAGES["README.md"].index("\n## ")


def test_the_docs_name_no_place_of_this_machine() -> None:
    assert [page for page, text in PAGES.items() if str(ROOT) in text] == []
