"""The options of `lint` that people know from other linters, and its progress."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.environment import build_env
from tests.support.processes import run_cli, wait_until
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

HEAD = "version: 1\napp: {with: {import_name: shop}}\n"
FILES = {
    "pyproject.toml": '[tool.assembler]\npackage = "shop"\n',
    "profiles/web.yaml": f"{HEAD}debug: on\nextensions:\n  - databse # ours\n  - helth\n",
    "profiles/job.yaml": f"{HEAD}role: job\nextensions: [databse]\n",
}


def lint(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run `assembler lint`."""
    return run_cli(["-m", "assembler", "lint", *args], folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a project whose profiles have findings of two rules."""
    write_files(tmp_path, FILES)
    return tmp_path


def test_statistics_count_the_findings_of_each_rule(folder: Path) -> None:
    """The most frequent first, with how many can be fixed; the exit status is that of lint."""
    done = lint(folder, "--statistics")
    as_json = lint(folder, "--statistics", "--output-format", "json")

    assert done.stdout.splitlines() == [
        "3  ASM502  unknown-name  (3 fixable)",
        "1  ASM117  boolean-word  (1 fixable)",
    ]
    assert done.returncode == 1
    assert json.loads(as_json.stdout)[0] == {
        "code": "ASM502",
        "name": "unknown-name",
        "count": 3,
        "fixable": 3,
    }


def test_statistics_leave_reports_in_files_as_they_are(folder: Path) -> None:
    """Only what is printed is counted."""
    lint(folder, "--statistics", "--output-format", "json:found.json")

    assert len(json.loads((folder / "found.json").read_text())) == 4


def test_exit_zero_and_quiet_change_the_end_alone(folder: Path) -> None:
    """The findings are the same."""
    plain, zero, quiet = lint(folder), lint(folder, "--exit-zero"), lint(folder, "-q")

    assert (plain.returncode, zero.returncode, quiet.returncode) == (1, 0, 1)
    assert plain.stdout == zero.stdout == quiet.stdout
    assert plain.stderr == zero.stderr != ""
    assert quiet.stderr == ""


@pytest.mark.parametrize("pattern", ["profiles/web.yaml", "profiles", "profiles/w*"])
def test_per_file_ignores_are_for_their_files(folder: Path, pattern: str) -> None:
    """By a path, a folder or a pattern, from wherever lint is started."""
    table = f'[tool.assembler.per_file_ignores]\n"{pattern}" = ["unknown-name"]\n'
    write_files(folder, {"pyproject.toml": FILES["pyproject.toml"] + table})

    here, below = lint(folder), lint(folder / "profiles", ".")

    expected = {"boolean-word"} if pattern == "profiles" else {"boolean-word", "unknown-name"}
    for done in (here, below):
        names = {line.rpartition("[")[2].rstrip("]") for line in done.stdout.splitlines()[::2]}
        assert names == expected
        assert "web.yaml:5" not in done.stdout


def test_per_file_ignores_name_known_rules(folder: Path) -> None:
    """As `ignore` does, with a diagnostic; so does a wrong form."""
    for rules, message in (
        ('["unknwn-name"]', "per_file_ignores: unknown rule 'unknwn-name'"),
        ('"unknown-name"', '"per_file_ignores.profiles/web.yaml": expected a list'),
    ):
        table = f'[tool.assembler.per_file_ignores]\n"profiles/web.yaml" = {rules}\n'
        write_files(folder, {"pyproject.toml": FILES["pyproject.toml"] + table})

        done = lint(folder)

        assert done.returncode == 1
        assert "error[ASM704]" in done.stdout
        assert message in done.stdout


def test_add_ignore_silences_what_is_there(folder: Path) -> None:
    """At the ends of their lines, with the reason; then nothing is found, and nothing is unused."""
    done = lint(folder, "--add-ignore", "--reason", "before we had lint")
    again = lint(folder, "--fail-level", "info")

    assert done.stderr.startswith("2 profiles, silenced 4; ")
    assert (done.returncode, done.stdout) == (0, "")
    assert (again.returncode, again.stdout) == (0, "")
    assert (folder / "profiles/web.yaml").read_text() == (
        f"{HEAD}debug: on # assembler: ignore[boolean-word] before we had lint\n"
        "extensions:\n"
        "  - databse # ours # assembler: ignore[unknown-name] before we had lint\n"
        "  - helth # assembler: ignore[unknown-name] before we had lint\n"
    )


HARD = f"""\
{HEAD}description: on several
  lines # assembler: ignore[date-text] it is not one
config:
  - use: values
    with:
      WHEN: 2026-01-01 # assembler: ignore[boolean-word] ours
      SECRET_KEY: |
        dev
"""


def test_add_ignore_changes_no_value(folder: Path) -> None:
    """A comment of ours is extended; a line that is part of a text has its own at the top."""
    write_files(folder, {"profiles/web.yaml": HARD, "profiles/job.yaml": HEAD})
    before = lint(folder, "--select", "date-text,default-secret")
    lint(folder, "--add-ignore", "--select", "date-text,default-secret")
    after = lint(folder, "--select", "date-text,default-secret")

    text = (folder / "profiles/web.yaml").read_text()
    assert "[date-text]" in before.stdout
    assert "WHEN: 2026-01-01 # assembler: ignore[boolean-word, date-text] ours" in text
    assert "[date-text]" not in after.stdout
    assert "[default-secret]" not in after.stdout
    assert "        dev\n" in text


def test_show_settings_prints_what_is_in_force(folder: Path) -> None:
    """And checks nothing."""
    table = 'ignore = ["tab"]\n[tool.assembler.per_file_ignores]\n"profiles/x*" = ["ASM1xx"]\n'
    write_files(folder, {"pyproject.toml": FILES["pyproject.toml"] + table})

    done = lint(folder, "--show-settings", "--ignore", "ASM502", "--fail-level", "info")

    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "policy: pyproject.toml",
        "fail level: info",
        "  ASM108 tab",
        "  ASM502 unknown-name",
        "  profiles/x*: ASM1xx",
        "  profiles/web.yaml",
    ):
        assert line in done.stdout.splitlines()


def test_watch_checks_again_when_a_file_changes(folder: Path, process: StartProcess) -> None:
    """Until it is interrupted; what it writes itself is no change."""
    written = ["--output-format", "concise", "--output-format", "json:found.json"]
    running = process(["-m", "assembler", "lint", "--watch", *written], folder)
    running.wait_for_line(r"^watching for changes")

    write_files(folder, {"profiles/web.yaml": HEAD, "profiles/job.yaml": HEAD})
    running.wait_for_line(r"^profiles/(web|job)\.yaml changed")
    wait_until(lambda: "2 profiles; not imported" in running.stderr, "run without findings")
    write_files(folder, {".flaskenv": "SHOP_KIND=big\n"})
    running.wait_for_line(r"^\.flaskenv changed")

    assert "[boolean-word]" in running.stdout
    assert "found.json changed" not in running.stderr
    running.popen.send_signal(2)
    assert running.wait() == 130


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--fix", "--add-ignore"], "--fix excludes --add-ignore"),
        (["--watch", "--diff"], "--watch excludes --diff"),
        (["--add-ignore", "-"], "--add-ignore is for files"),
        (["--watch", "-"], "--watch is for files"),
        (["--reason", "x"], "--reason is for the comments of --add-ignore"),
        (["--statistics", "--output-format", "github"], "--statistics prints lines, or JSON"),
    ],
)
def test_options_that_exclude_each_other_are_told(
    folder: Path, args: list[str], message: str
) -> None:
    """As wrong usage, and nothing is changed."""
    done = lint(folder, *args)

    assert done.returncode == 2
    assert message in done.stderr
    assert (folder / "profiles/web.yaml").read_text() == FILES["profiles/web.yaml"]


def test_deep_lint_shows_its_progress_on_a_terminal(folder: Path) -> None:
    """In a line that is gone at the end; elsewhere there is none."""
    write_files(folder, {"profiles/web.yaml": HEAD, "profiles/job.yaml": HEAD, "shop.py": ""})
    command = [sys.executable, "-m", "assembler", "lint", "--deep"]

    plain = lint(folder, "--deep")
    shown = run_on_terminal(command, folder)

    assert "\r" not in plain.stderr
    assert "\r\x1b[Kassembled 0 of 2: profiles/" in shown
    assert shown.rstrip().splitlines()[-1].startswith("\x1b[K2 profiles; imported")


def run_on_terminal(command: list[str], folder: Path) -> str:
    """Run a command on a terminal of its own, and return what that shows."""
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=build_env({"TERM": "xterm"}),
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
    ):
        os.close(its_end)
        shown = bytearray()
        with contextlib.suppress(OSError):  # how Linux says that nobody writes any more
            while chunk := os.read(terminal, 4096):
                shown += chunk
    os.close(terminal)
    return shown.decode().replace("\r\n", "\n")
