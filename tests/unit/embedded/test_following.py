from pathlib import Path

from chronos.embedded import logs
from chronos.embedded.following import Follower


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_lines_come_whole_and_once(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("before\n")
    follower = Follower(path, logs.size(path))
    assert follower.lines() == []
    append(path, "one\ntw")
    assert follower.lines() == ["one"]
    append(path, "o\n")
    assert follower.lines() == ["two"]
    follower.close()


def test_a_line_that_has_no_end_is_shown_when_nothing_more_comes(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("what now? ")
    follower = Follower(path)
    assert [follower.lines() for _ in range(4)] == [[], [], ["what now? "], []]
    follower.close()


def test_the_last_words_of_a_log_that_is_put_aside_are_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("before\n")
    follower = Follower(path, logs.size(path))
    append(path, "last\nhalf a wo")
    path.replace(logs.aside(path))
    assert follower.lines() == ["last"]
    append(path, "a new log that is longer than the one before\n")
    assert follower.lines() == ["half a wo", "a new log that is longer than the one before"]
    follower.close()


def test_a_log_that_is_emptied_or_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    follower = Follower(path)
    assert follower.lines() == []
    append(path, "first\n")
    assert follower.lines() == ["first"]
    path.write_text("new\n")
    assert follower.lines() == ["new"]
    follower.close()
