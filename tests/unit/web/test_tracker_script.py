"""What is served of the tracker: the script with its configuration, vitals.js, and the source maps."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from asking import Answer, Answers, Ask, Asked

OLD, NEW, SHOP = "the-oldest-of-the-keys", "the-newest-of-the-keys", "an-older-key-of-the-shop"
SETTINGS = {
    "CHRONOS_WRITE_KEYS": json.dumps(
        [OLD, {"key": SHOP, "name": "shop"}, {"key": NEW, "name": "</script><script>"}]
    ),
    "CHRONOS_TRACKER_FLUSH_INTERVAL_MS": "1234",
    "CHRONOS_TRACKER_MOUSE_INTERVAL_MS": "100",
    "CHRONOS_TRACKER_EVENTS": '{"mouse_moves": false, "clicks": true}',
}
FILES = {
    "tracker.js": '(()=>{start("__CHRONOS_CONFIG__")})();\n' * 1 + "// é\n" * 200,
    "tracker.js.map": '{"version":3}',
    "vitals.js": "measure();\n" * 100,
}
FROM_FOLDER = """
from pathlib import Path
from chronos import resources
resources.tracker = lambda name: Path({folder!r}) / name
"""
SCRIPT = "/tracker.js"
REQUESTS = {
    "script": Asked(SCRIPT),
    "br": Asked(SCRIPT, {"Accept-Encoding": "gzip, br"}),
    "gzip": Asked(SCRIPT, {"Accept-Encoding": "gzip"}),
    "head": Asked(SCRIPT, {"Accept-Encoding": "br"}, "HEAD"),
    "outdated": Asked(SCRIPT, {"If-None-Match": '"old"'}),
    "with a query": Asked(f"{SCRIPT}?v=7"),
    "shop": Asked(f"{SCRIPT}?project=shop"),
    "default": Asked(f"{SCRIPT}?project=default"),
    "unknown": Asked(f"{SCRIPT}?project=un%0Aknown"),
    "empty": Asked(f"{SCRIPT}?project="),
    "map": Asked("/tracker.js.map", {"Accept-Encoding": "br"}),
    "vitals": Asked("/tracker.vitals.js", {"Accept-Encoding": "br"}),
    "vitals map": Asked("/tracker.vitals.js.map"),
    "posted": Asked(SCRIPT, method="POST"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the tracker without a source map of vitals.js."""
    folder = tmp_path_factory.mktemp("dist")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def answers(ask: Ask, folder: Path) -> Answers:
    return ask(REQUESTS, change=FROM_FOLDER.format(folder=str(folder)), **SETTINGS)


def configuration(answer: Answer) -> dict[str, Any]:
    """The object that stands in the script where the placeholder was."""
    found = re.search(r'\{"key":', answer.text)
    assert found
    return dict(json.JSONDecoder().raw_decode(answer.text, found.start())[0])


def test_the_script_is_javascript_that_any_page_may_load_and_keep_for_a_while(answers: Answers) -> None:
    script = answers.of["script"]
    assert (script.status, script.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert script.headers["X-Content-Type-Options"] == "nosniff"
    assert script.headers["Cache-Control"] == "public, max-age=60"
    assert script.headers["Vary"] == "Accept-Encoding"


def test_the_script_carries_the_newest_key_numbers_and_what_is_not_as_by_default(answers: Answers) -> None:
    assert configuration(answers.of["script"]) == {
        "key": NEW,
        "project": "%3C%2Fscript%3E%3Cscript%3E",
        "events_path": "/api/events",
        "vitals_path": "/tracker.vitals.js",
        "keep_days": 30,
        "flush_interval_ms": 1234,
        "mouse_interval_ms": 100,
        "max_beacon_bytes": 60_000,
        "storage_bytes": 1_000_000,
        "events": {"mouse_moves": False},
    }


def test_all_but_the_placeholder_is_as_it_was_built(answers: Answers) -> None:
    before, after = FILES["tracker.js"].split('"__CHRONOS_CONFIG__"')
    text = answers.of["script"].text
    assert text.startswith(before + '{"key": ')
    assert text.endswith(after)


def test_the_configuration_cannot_end_the_script_of_a_page(answers: Answers) -> None:
    assert "</script>" not in answers.of["script"].text


@pytest.mark.parametrize(("project", "key"), [("shop", SHOP), ("default", OLD)])
def test_a_project_gets_its_own_newest_key(project: str, key: str, answers: Answers) -> None:
    found = configuration(answers.of[project])
    assert (found["key"], found["project"]) == (key, project)


@pytest.mark.parametrize(("name", "shown"), [("unknown", r'"un\nknown"'), ("empty", '""')])
def test_an_unknown_project_is_told_in_a_comment(name: str, shown: str, answers: Answers) -> None:
    answer = answers.of[name]
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/javascript; charset=utf-8")
    assert answer.text == (
        f"// no write key of project {shown}: `chronos key list` shows all, `chronos key new` makes one\n"
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_compressed_it_is_the_same_and_has_a_tag_of_its_own(answers: Answers) -> None:
    plain, br, zipped = (answers.of[name] for name in ("script", "br", "gzip"))
    assert brotli.decompress(br.body) == gzip.decompress(zipped.body) == plain.body
    assert [one.headers.get("Content-Encoding") for one in (plain, br, zipped)] == [None, "br", "gzip"]
    assert len({one.headers["Etag"] for one in (plain, br, zipped)}) == 3


def test_a_head_has_the_same_headers(answers: Answers) -> None:
    head, got = answers.of["head"], answers.of["br"]
    assert (head.status, head.body) == (200, b"")
    same = set(got.headers) - {"Date"}
    assert {name: head.headers[name] for name in same} == {name: got.headers[name] for name in same}


def test_a_browser_that_has_an_older_one_gets_it_anew(answers: Answers) -> None:
    assert answers.of["outdated"].body == answers.of["script"].body


def test_an_unknown_parameter_changes_nothing(answers: Answers) -> None:
    assert answers.of["with a query"].body == answers.of["script"].body


def test_the_script_names_its_source_map_beside_it(answers: Answers) -> None:
    assert answers.of["script"].headers["SourceMap"] == "tracker.js.map"
    found = answers.of["map"]
    assert (found.status, found.headers["Content-Type"]) == (200, "application/json")
    assert brotli.decompress(found.body).decode() == FILES["tracker.js.map"]


def test_the_part_for_web_vitals_is_served_alike(answers: Answers) -> None:
    found = answers.of["vitals"]
    assert brotli.decompress(found.body).decode() == FILES["vitals.js"]
    alike = {*answers.of["br"].headers} - {"SourceMap"}
    assert {*found.headers} == alike
    assert found.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_file_that_is_not_there_is_a_404_that_says_what_makes_it(answers: Answers) -> None:
    absent = answers.of["vitals map"]
    assert absent.status == 404
    assert "vitals.js.map" in absent.text
    assert "`make tracker`" in absent.text
    assert "SourceMap" not in answers.of["vitals"].headers


def test_it_is_no_place_to_post_to(answers: Answers) -> None:
    assert answers.of["posted"].status == 405


def test_without_a_key_there_is_no_script_and_the_answer_says_what_to_do(ask: Ask, folder: Path) -> None:
    script = ask({"script": Asked(SCRIPT)}, change=FROM_FOLDER.format(folder=str(folder))).of["script"]
    assert (script.status, script.text) == (503, "// no write key: run `chronos key new`\n")


PATHS = {"CHRONOS_WEB_TRACKER_PATH": "/assets/shop.js", "CHRONOS_WEB_EVENTS_PATH": "/assets/shop"}
RENAMED = {
    "script": "/assets/shop.js",
    "map": "/assets/shop.js.map",
    "vitals": "/assets/shop.vitals.js",
    "pixel": "/assets/shop.gif",
    "old script": SCRIPT,
    "old pixel": "/api/events.gif",
}


def test_all_paths_are_as_the_settings_say(ask: Ask, folder: Path) -> None:
    requests = {name: Asked(path) for name, path in RENAMED.items()}
    found = ask(
        requests
        | {"events": Asked("/assets/shop", method="POST"), "old": Asked("/api/events", method="POST")},
        change=FROM_FOLDER.format(folder=str(folder)),
        **SETTINGS,
        **PATHS,
    ).of
    statuses = {name: answer.status for name, answer in found.items()}
    assert statuses == {
        "script": 200,
        "map": 200,
        "vitals": 200,
        "pixel": 400,
        "events": 400,
        "old": 404,
        "old script": 404,
        "old pixel": 404,
    }
    assert found["script"].headers["SourceMap"] == "shop.js.map"
    placed = configuration(found["script"])
    assert (placed["events_path"], placed["vitals_path"]) == ("/assets/shop", "/assets/shop.vitals.js")
