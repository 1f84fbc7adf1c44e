"""Fixtures of the tests of views."""

import pytest

from chronos.errors import UnsupportedView
from chronos.views.compiled import compile_view
from chronos.views.declaration import parse


@pytest.fixture
def refusal():
    """Why a view is refused, with file and line."""

    def why(text: str) -> str:
        with pytest.raises(UnsupportedView) as caught:
            compile_view(parse(text, "own.sql"))
        return str(caught.value)

    return why
