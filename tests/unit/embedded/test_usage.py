import os
import subprocess
import sys
from pathlib import Path

from chronos.embedded import usage

MEGABYTES = 60
CHILD = f"import sys; held = b'x' * {MEGABYTES}_000_000; print('ready', flush=True); sys.stdin.read()"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


def test_memory_counts_children() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "ready\n"
        held = usage.memory(process.pid)
        process.stdin.close()
    assert held
    assert held > MEGABYTES * 1_000_000
    assert usage.memory(process.pid) is None
    assert usage.memory(None) is None


def test_disk_is_told_by_part(tmp_path: Path) -> None:
    kafka = (("kafka/data/0.log", 30_000), ("kafka-2/data/0.log", 20_000))
    for name, size in (*kafka, ("log/a.log", 9_000), ("faust/x", 5_000)):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(os.urandom(size))
    with (tmp_path / "kafka" / "index").open("wb") as sparse:
        sparse.truncate(10_000_000)  # takes no room
    found = usage.disk(tmp_path)
    assert 50_000 <= found.parts["kafka"] < 1_000_000
    assert 9_000 <= found.parts["log"] < 50_000
    assert 5_000 <= found.parts["other"] < 50_000
    assert found.parts["postgres"] == found.parts["spool"] == 0
    assert 0 < found.free <= found.size


def test_a_state_directory_that_is_not_there_takes_nothing(tmp_path: Path) -> None:
    found = usage.disk(tmp_path / "not" / "there")
    assert set(found.parts.values()) == {0}
    assert found.size > 0
    there = usage.room(tmp_path / "not" / "there")
    assert (there.size, there.parts) == (found.size, {})


def test_each_spool_is_told_with_its_bytes(tmp_path: Path) -> None:
    for name, size in (("worker-1/0.spool", 3_000), ("worker-1/1.spool", 500), ("worker-2/0.spool", 0)):
        path = tmp_path / "spool" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    assert usage.spools(tmp_path) == {"worker-1": 3_500, "worker-2": 0}
    assert usage.spools(tmp_path / "none") == {}
