"""The report of a start, for people on a terminal and for programs elsewhere."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from assembler.rendering.report import (
    find_likeness,
    merge_pids,
    render_logged,
    render_report,
)
from assembler.report import Outcome, PatchProof, Report, StepReport
from tests.support.processes import build_env, run_cli
from tests.support.served import find_reports, write_profile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def report() -> Report:
    """Return a report with one of everything."""
    return Report(
        profile="web",
        path="profiles/web.yaml",
        role="web",
        digest="sha256:0123456789012345",
        debug=True,
        runner="assembler run (gunicorn)",
        patches=[PatchProof("gevent", "is_module_patched is true for socket")],
        steps=[
            StepReport("config", "values", "values", Outcome.DONE, run_ms=0.26),
            StepReport(
                "extension", "mail", "shop.ext:mail", Outcome.SKIPPED, "MAIL_SERVER is not set"
            ),
            StepReport("extension", "cache", "cache", Outcome.PARTIAL, "Redis is away", 12.0, 3.04),
        ],
        notes=["a note"],
        total_ms=31.4,
    )


def test_people_get_a_few_lines(report: Report) -> None:
    """What is as it should be is not gone into, and no step is slow."""
    assert render_report(report, 7).splitlines() == [
        "assembled web in 31 ms: partial",
        "  profile   profiles/web.yaml, role web, debug, 012345678901",
        "  runner    assembler run (gunicorn), pids 7",
        "  policy    none: a profile may name any module",
        "  patches   gevent",
        "  skipped   extension 'mail': MAIL_SERVER is not set",
        "  partial   extension 'cache': Redis is away",
        "  note      a note",
    ]


def test_a_slow_step_is_named(report: Report) -> None:
    """With all of its time, once that is much of the whole."""
    report.steps[2].import_ms, report.total_ms = 400.0, 450.0
    assert "  slowest   extension 'cache', 403 ms" in render_report(report, 7).splitlines()
    report.total_ms = 4500.0
    assert "slowest" not in render_report(report, 7)


def test_no_name_controls_the_terminal(report: Report) -> None:
    """Neither with colors of ours nor without."""
    report.profile = report.steps[1].name = "\x1b[2J\u202ename"
    assert "\x1b" not in render_report(report, 7)
    shown = render_report(report, 7, color=True)
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
    assert shown.startswith("assembled \x1b[1m\\x1b[2J\\u202ename\x1b[0m in 31 ms: \x1b[33mpartial")


def test_programs_get_one_line_of_json(report: Report) -> None:
    """It holds what the report's own dictionary does."""
    line, fields = render_logged(report)

    assert fields == {"event": "assembled", **report.to_dict(), "pids": [os.getpid()]}
    assert json.loads(line) == fields


def test_processes_that_are_alike_have_one_report(report: Report) -> None:
    """Only the times and the process may differ; each is named."""
    before = find_likeness(report)
    line, _ = render_logged(report)
    report.total_ms, report.steps[0].run_ms = 99.0, 77.0

    assert find_likeness(report) == before
    assert json.loads(merge_pids(line, [os.getpid(), 7]))["pids"] == [os.getpid(), 7]
    assert merge_pids("as a table\npids 3\n", [3, 4]) == "as a table\npids 3, 4\n"
    report.steps[0].reason = "another"
    assert find_likeness(report) != before


def test_a_terminal_is_told_from_a_file(tmp_path: Path) -> None:
    """The same start prints lines for people on the one, and JSON into the other."""
    write_profile(tmp_path, "patches: []")
    script = "import assembler.wsgi"
    env = {"ASSEMBLER_PROFILE": "profile.yaml"}

    done = run_cli(["-c", script], tmp_path, env)
    reader, writer = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=build_env(env),
        stderr=writer,
        check=True,
        timeout=60,
    )
    os.close(writer)
    shown = os.read(reader, 10_000).decode()
    os.close(reader)

    assert len(find_reports(done.stderr)) == 1
    lines = re.sub(r"\x1b\[\d+m", "", shown).splitlines()
    assert re.fullmatch(r"assembled profile in \d+ ms: done", lines[0])
    assert lines[1].startswith("  profile   profile.yaml, role web, ")
    assert "  patches   none" in lines
