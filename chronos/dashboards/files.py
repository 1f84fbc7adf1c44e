"""The files of the dashboards, as they are provisioned, and as a Grafana of one's own imports them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chronos import resources
from chronos.dashboards.errors import UnknownDashboard

# By the type of a data source: its name among the inputs of an import, and what the importer is asked.
INPUTS = {
    "grafana-postgresql-datasource": (
        "DS_CHRONOS",
        "PostgreSQL",
        "The database of the events, read by role chronos_reader",
    ),
    "prometheus": ("DS_PROMETHEUS", "Prometheus", "The Prometheus that scrapes the workers"),
}
GRAFANA = "11.6.0"  # whose format the files have; newer ones read it


@dataclass(frozen=True)
class File:
    """A dashboard: its name, title, what it is about, and its content as Grafana has it."""

    name: str
    content: dict[str, Any]

    @property
    def title(self) -> str:
        """What Grafana lists it under."""
        return str(self.content["title"])

    @property
    def about(self) -> str:
        """One line about it."""
        return str(self.content["description"])


def all_files() -> list[File]:
    """Every dashboard, in the order in which they are listed."""
    paths = sorted(resources.grafana("dashboards").glob("*.json"))
    return [File(path.stem.partition("-")[2], json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def chosen(names: tuple[str, ...]) -> list[File]:
    """Those of ``names``, all where there are none; raise UnknownDashboard."""
    found = {file.name: file for file in all_files()}
    for name in names:
        if name not in found:
            raise UnknownDashboard(name=name, known=", ".join(found))
    return [found[name] for name in names or found]


def for_import(content: Mapping[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    """A dashboard whose data sources are asked for when it is imported.

    ``sources`` are those that are known, by type (a key of INPUTS): name or uid in that Grafana.
    """
    used = sorted({source["type"] for source in _sources(content)})
    asked = {kind: INPUTS[kind] for kind in used if kind not in sources}
    uids = {**sources, **{kind: f"${{{name}}}" for kind, (name, _, _) in asked.items()}}
    return {
        "__inputs": [
            {"name": name, "label": label, "description": about, "type": "datasource", "pluginId": kind}
            for kind, (name, label, about) in asked.items()
        ],
        "__requires": list(_required(content, used)),
        **_pointed(content, uids),
        "id": None,
    }


def written(file: File, folder: Path, sources: Mapping[str, str]) -> Path:
    """Write a dashboard for an import into ``folder``, and return where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"chronos-{file.name}.json"
    text = json.dumps(for_import(file.content, sources), indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def _sources(value: Any) -> Iterator[dict[str, str]]:
    """Every reference to a data source, wherever in a dashboard."""
    if isinstance(value, dict):
        if isinstance(source := value.get("datasource"), dict):
            yield source
        for inner in value.values():
            yield from _sources(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sources(inner)


def _pointed(value: Any, uids: Mapping[str, str]) -> Any:
    """A copy whose references to data sources are to ``uids``."""
    if isinstance(value, list):
        return [_pointed(inner, uids) for inner in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _pointed(inner, uids) for name, inner in value.items()}
    if isinstance(source := value.get("datasource"), dict):
        copy["datasource"] = {**source, "uid": uids[source["type"]]}
    return copy


def _required(content: Mapping[str, Any], sources: list[str]) -> Iterator[dict[str, str]]:
    yield {"type": "grafana", "id": "grafana", "name": "Grafana", "version": GRAFANA}
    for kind in sources:
        yield {"type": "datasource", "id": kind, "name": INPUTS[kind][1], "version": "1.0.0"}
    for kind in sorted({panel["type"] for panel in content["panels"]}):
        yield {"type": "panel", "id": kind, "name": kind, "version": ""}
