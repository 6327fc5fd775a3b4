"""A file of the log that several processes write to, and rotate."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from assembler.steps.shared_log_file import SharedFileHandler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

WRITER = """
import logging, sys
from pathlib import Path
from assembler.steps.shared_log_file import SharedFileHandler

handler = SharedFileHandler(Path("app.log"), 2000, 1000)
for number in range(500):
    handler.emit(logging.makeLogRecord({"msg": f"{sys.argv[1]} {number} " + "x" * (number % 50)}))
"""


@pytest.fixture
def handler(tmp_path: Path) -> Iterator[SharedFileHandler]:
    """Return a handler of a small file."""
    handler = SharedFileHandler(tmp_path / "app.log", 20, 2)
    yield handler
    handler.close()


def write(handler: SharedFileHandler, *texts: str) -> None:
    """Write a line of each."""
    for text in texts:
        handler.emit(logging.makeLogRecord({"msg": text}))


def read(folder: Path) -> dict[str, str]:
    """Return what is in the files, by their names."""
    return {file.name: file.read_text("utf-8") for file in sorted(folder.iterdir())}


def test_a_full_file_makes_room_and_the_oldest_goes(
    handler: SharedFileHandler, tmp_path: Path
) -> None:
    """Never longer than allowed, but for one line that is longer itself."""
    write(handler, "one 789", "two 789", "three 901", "four" * 10, "five")

    assert read(tmp_path) == {
        "app.log": "five\n",
        "app.log.1": "four" * 10 + "\n",
        "app.log.2": "three 901\n",
    }


def test_a_file_that_somebody_else_moves_is_left_to_him(
    handler: SharedFileHandler, tmp_path: Path
) -> None:
    """As logrotate does; the next line goes to the name."""
    write(handler, "one")
    (tmp_path / "app.log").rename(tmp_path / "moved")
    write(handler, "two")

    assert read(tmp_path) == {"app.log": "two\n", "moved": "one\n"}


def test_a_line_after_the_end_opens_the_file_again(
    handler: SharedFileHandler, tmp_path: Path
) -> None:
    """What is closed late still gets there."""
    handler.close()
    write(handler, "late", "näh \ud800")

    assert read(tmp_path)["app.log"] == "late\nnäh \\ud800\n"


def test_where_it_cannot_be_renamed_lines_go_on(handler: SharedFileHandler, tmp_path: Path) -> None:
    """A file that is too long is better than a lost line."""
    (tmp_path / "app.log.1").mkdir()
    (tmp_path / "app.log.2").mkdir()
    (tmp_path / "app.log.2" / "kept").touch()
    write(handler, "one 789", "two 789", "three 901")

    assert (tmp_path / "app.log").read_text() == "one 789\ntwo 789\nthree 901\n"


def test_processes_that_share_a_file_lose_and_break_no_line(
    process: StartProcess, tmp_path: Path
) -> None:
    """Whoever rotates it: hundreds of times here, by three at once."""
    writers = [process(["-c", WRITER, str(number)], tmp_path) for number in range(3)]
    assert [one.wait() for one in writers] == [0, 0, 0]

    files = list(tmp_path.glob("app.log*"))
    lines = [line for file in files for line in file.read_text().splitlines()]
    expected = [
        f"{who} {number} " + "x" * (number % 50) for who in range(3) for number in range(500)
    ]
    assert sorted(lines) == sorted(expected)
    assert len(files) > 10
    longest = 2000 + 2 * 60  # the others may be about to write a line each
    assert all(file.stat().st_size <= longest for file in files)
