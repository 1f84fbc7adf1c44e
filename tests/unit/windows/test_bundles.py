"""What is no bundle of ours is refused as a whole: it could not be written, and would be tried for ever."""

import msgspec
import pytest

from chronos.errors import BadBundle
from chronos.windows import bundles
from chronos.windows.keys import PROGRESS_SLOT


@pytest.mark.parametrize(
    ("slot", "bucket", "row"),
    [
        pytest.param(2**64 - 1, 0, [0, 1, 0], id="slot beyond 64 bits"),
        pytest.param(PROGRESS_SLOT, 0, [0, 1, 0], id="the slot of the progress"),
        pytest.param(-1, 0, [0, 1, 0], id="slot before 1970"),
        pytest.param(1, 256, [0, 1, 0], id="bucket"),
        pytest.param(1, 0, [0, 2**63, 0], id="count"),
        pytest.param(1, 0, [0, -1, 0], id="count below nothing"),
    ],
)
def test_a_delta_out_of_bounds_is_no_bundle(slot: int, bucket: int, row: list[int]) -> None:
    value = msgspec.msgpack.encode([[0, 0, 0, 0, 0, [["keys", bucket, slot, "count", {"a": row}]]]])
    with pytest.raises(BadBundle):
        bundles.decode(value)
