"""Which paths are guarded: all that tells of events, whatever Faust serves among it."""

import pytest
from asking import Run

WITHOUT = """
import json, re
from mode.utils.imports import symbol_by_name
from faust.web.base import Web
from chronos.web.guard import GUARDED
kinds = (Web.default_blueprints, Web.production_blueprints, Web.debug_blueprints, Web.optional_blueprints)
blueprints = [one for kind in kinds for one in kind]
paths = [prefix + route.uri for prefix, name in blueprints for route in symbol_by_name(name).routes]
assert len(paths) > 8, paths
print(json.dumps([path for path in paths if not GUARDED.fullmatch(re.sub(r"{.*?}", "x", path))]))
"""
MATCHES = "import sys; from chronos.web.guard import GUARDED; print(bool(GUARDED.fullmatch(sys.argv[1])))"


def test_every_page_that_faust_can_have_is_guarded(run_python: Run) -> None:
    result = run_python("-c", WITHOUT)
    assert (result.stdout.strip(), result.returncode) == ("[]", 0), result.stderr


@pytest.mark.parametrize("path", ["/stats/shop.js", "/livery", "/api/events", "/api/liver", "/tables"])
def test_other_paths_are_open(run_python: Run, path: str) -> None:
    assert run_python("-c", MATCHES, path).stdout.strip() == "False"
