"""A local store that cannot be opened holds up nothing."""

from pathlib import Path
from types import SimpleNamespace

import rocksdict

from chronos.tables.damage import set_aside_damaged


def test_a_local_store_that_cannot_be_opened_is_put_aside(tmp_path: Path) -> None:
    folder, aside = tmp_path / "window_panes-3.db", tmp_path / "window_panes-3.db.damaged"
    store = SimpleNamespace(
        partition_path=lambda partition: folder,
        _db_for_partition=lambda partition: rocksdict.Rdict(str(folder)),
    )
    for _ in range(2):
        folder.mkdir()
        (folder / "CURRENT").write_bytes(b"rubbish")
        set_aside_damaged(store, 3)
        assert not folder.exists()
        assert (aside / "CURRENT").exists()
    set_aside_damaged(store, 3)
    assert (folder / "CURRENT").exists(), "a new one was opened"
