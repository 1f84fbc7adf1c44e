"""Files that are there whole or not at all."""

import gzip
from pathlib import Path

import pytest

from chronos.cli import outfile
from chronos.cli.errors import CannotWrite, IsThere


def test_a_file_takes_its_name_when_it_is_complete(tmp_path: Path) -> None:
    place = tmp_path / "a.csv"
    with outfile.opened(str(place)) as out:
        out.write(b"one\n")
        assert not place.exists()
        out.write(b"two\n")
    assert place.read_bytes() == b"one\ntwo\n"
    assert out.written == 8
    assert list(tmp_path.iterdir()) == [place]


def test_what_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), outfile.opened(str(tmp_path / "a.csv")) as out:
        out.write(b"one\n")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_ends_in_gz_is_compressed(tmp_path: Path) -> None:
    with outfile.opened(str(tmp_path / "a.csv.gz")) as out:
        out.write(b"one\n" * 1000)
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == b"one\n" * 1000
    assert (out.written, (tmp_path / "a.csv.gz").stat().st_size < 200) == (4000, True)


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    place = tmp_path / "a.csv"
    with pytest.raises(IsThere), outfile.opened(str(place)) as out:
        out.write(b"mine")
        place.write_text("theirs")
    assert place.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [place]


def test_a_file_is_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    place = tmp_path / "a.csv"
    place.write_text("old")
    with pytest.raises(IsThere):
        outfile.check_is_free(str(place), force=False)
    with outfile.opened(str(place), force=True) as out:
        out.write(b"new")
    assert place.read_text() == "new"


def test_a_disk_that_is_full_is_said() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(CannotWrite, match="No space left"):
        outfile.Out(full, "a.csv").write(b"one")  # type: ignore[arg-type]
