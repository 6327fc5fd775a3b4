"""The benchmarks measure in turn, and compute what they say."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.client import count_answers, measure_rate
from benchmarks.lines import count_lines, main
from benchmarks.measuring import NotMeasurable, Row, measure_row
from benchmarks.quotients import How, Line, Reach, build_figure
from benchmarks.results import render_table
from benchmarks.rows import TABLE, get_row
from tests.support.processes import ROOT, run_cli, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LINE = Line("speed", "another", "ms", "ms", reach=Reach(1.5))


class _Noted:
    """Two sides that note when they are measured."""

    def __init__(self) -> None:
        self.order = ""

    def measure_here(self) -> Mapping[str, float]:
        self.order += "h"
        return {"ms": 2.0}

    def measure_there(self) -> Mapping[str, float]:
        self.order += "t"
        return {"ms": 1.0}


def build_row(sides: _Noted | None, line: Line = LINE) -> Row:
    """Return a row of these sides; without any it cannot be measured."""

    @contextmanager
    def open_sides() -> Iterator[_Noted]:
        if sides is None:
            message = "no such thing here"
            raise NotMeasurable(message)
        yield sides

    return Row("speed", "how fast it is", open_sides, (line,), pairs=4)


def test_sides_of_a_benchmark_alternate_in_going_first() -> None:
    """What changes from one measurement to the next meets both alike; warming up does not count."""
    sides = _Noted()

    measured = measure_row(build_row(sides))

    assert sides.order == "th" + "ht" + "th" + "ht" + "th"
    assert len(measured.here) == len(measured.there) == 4


def test_figure_is_the_quotient_of_the_medians() -> None:
    """One value that is far off moves neither the figure nor its interval."""
    here = [{"ms": value} for value in (2.0, 2.0, 90.0, 2.0, 2.0, 2.0, 2.0)]
    there = [{"ms": 1.0}] * 7

    figure = build_figure(LINE, here, there)

    assert (figure.value, figure.here, figure.there) == (2.0, 2.0, 1.0)
    assert (figure.low, figure.high) == (2.0, 2.0)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (How.HERE_BY_THERE, 4.0),
        (How.THERE_BY_HERE, 0.25),
        (How.HERE_LESS_THERE, 6.0),
        (How.HERE, 8.0),
    ],
)
def test_line_applies_its_formula_to_the_medians(how: How, expected: float) -> None:
    """A quotient either way round, a difference, or one side alone."""
    line = Line("speed", "another", "ms", "ms", how)

    figure = build_figure(line, [{"ms": 8.0}] * 3, [{"ms": 2.0}] * 3)

    assert (figure.low, figure.value, figure.high) == (expected, expected, expected)


def test_table_is_aligned_and_shows_missed_targets() -> None:
    """At most, at least, nothing to reach, and what this machine cannot measure."""
    lines = [
        LINE,
        Line("speed", "another", "ms", "ms", reach=Reach(1.5, at_least=True)),
        Line("speed", "another", "ms", "ms"),
    ]
    measured = [measure_row(build_row(_Noted(), line)) for line in lines]

    table = render_table([*measured, measure_row(build_row(None))]).splitlines()

    assert len({len(row) for row in table}) == 1
    verdicts = [row.rstrip("| ").rpartition("| ")[2].strip() for row in table[2:]]
    assert verdicts == ["missed", "reached", "4", "not measured: no such thing here"]
    assert "2 (2 to 2)" in table[2]


@pytest.mark.parametrize("name", TABLE)
def test_every_row_is_found_by_its_name(name: str) -> None:
    """Each file has the row that the table says."""
    row = get_row(name)

    assert row.name == name
    assert row.lines
    assert row.pairs >= 5


class _Answering(BaseHTTPRequestHandler):
    """Answer, on connections that are kept; every third request on one closes it unanswered."""

    protocol_version = "HTTP/1.1"
    answered = 0

    def do_GET(self) -> None:
        """Return 200, or 404 below /missing."""
        self.answered += 1
        if self.answered % 3 == 0:
            self.close_connection = True
            return
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def answering() -> Iterator[int]:
    """Serve, and give the port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_client_counts_answers_and_reconnects(answering: int) -> None:
    """A server that closes a connection is no reason to stop counting."""
    answers, _ = count_answers(answering, "/", clients=2, warm_up_seconds=0, seconds=1)

    assert answers > 2 * 2  # a connection gives two


def test_client_fails_on_a_malformed_answer(
    answering: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """A server that fails fast must not look fast."""
    with pytest.raises(subprocess.CalledProcessError):
        measure_rate(answering, "/missing", clients=1, seconds=0.1, warm_up_seconds=0.1)

    assert "the server answered HTTP/1.1 404" in capfd.readouterr().err


def test_command_measures_only_named_rows(tmp_path: Path) -> None:
    """It prints the table and writes every value; the two apps it compares are alike."""
    file = tmp_path / "deep" / "results.json"

    done = run_cli(["-m", "benchmarks", "again_modules", "--pairs", "1", "--json", str(file)], ROOT)

    assert done.returncode == 0, done.stderr
    assert "create_app again, 32 extension modules" in done.stdout
    results = json.loads(file.read_text("utf-8"))
    assert [row["name"] for row in results["rows"]] == ["again_modules"]
    assert len(results["rows"][0]["values"]["here"]) == 1
    assert results["machine"]["versions"]["flask"]


def test_unknown_row_is_wrong_usage() -> None:
    """It names those that there are."""
    done = run_cli(["-m", "benchmarks", "fast"], ROOT)

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: no row is called fast",
        f"hint: Name some of {', '.join(TABLE)}.",
    ]


def test_lines_of_code_leave_out_what_only_documents_and_imports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A string over several lines is code where it is a value, and a comment behind code is not."""
    source = '''"""A module."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
)

if TYPE_CHECKING:
    from pathlib import Path

# a comment
TEXT = """
a value
"""  # behind code


def read(path: Path) -> str:
    """Read it."""

    return path.read_text(
        "utf-8",
    )
'''
    assert count_lines(source) == 3 + 1 + 3

    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "module.py").write_text(source, "utf-8")
    (tmp_path / "top.py").write_text("A = 1\n", "utf-8")
    main([str(tmp_path)])
    assert capsys.readouterr().out.splitlines() == [
        "folder  modules    lines",
        ".             1        1",
        "folder        1        7",
        "all           2        8",
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux hands orphans over")
@pytest.mark.parametrize(
    ("whose", "number", "says"),
    [
        ("guard", signal.SIGTERM, "ended\n"),
        ("guard", signal.SIGINT, "ended\n"),
        ("guard", signal.SIGKILL, "ended\n"),
        ("child", signal.SIGKILL, ""),
    ],
)
def test_server_of_a_benchmark_does_not_outlive_it(
    whose: str, number: signal.Signals, says: str
) -> None:
    """A signal runs what is in `finally`; only a kill leaves the server to whoever is above it."""
    script = """
import os, subprocess, time
from benchmarks.guarding import stand_guard
stand_guard()
server = subprocess.Popen(["sleep", "600"], start_new_session=True)
try:
    print(os.getpid(), server.pid, flush=True)
    time.sleep(600)
finally:
    server.kill()
    server.wait()
    print("ended", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as guard:
        assert guard.stdout is not None
        child, server = map(int, guard.stdout.readline().split())
        os.kill(guard.pid if whose == "guard" else child, number)
        said = guard.stdout.read()

    assert said == says
    wait_until(lambda: not Path(f"/proc/{server}").exists(), "the end of the server")
