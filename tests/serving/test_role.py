"""Test that `run` serves the role web only, and says what runs the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.commands import run_commands
from tests.support.projects import HEAD, write_files
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess


def test_each_other_role_is_refused_with_what_is_meant(tmp_path: Path) -> None:
    """Also in debug, where a broken profile would wait for an edit."""
    meant = {
        "migrations": "Run `assembler migrate migrations.yaml`, or",
        "job": "Run `assembler flask job.yaml COMMAND`, or",
        "worker": "Run `assembler worker worker.yaml`, or",
        "beat": "Run `assembler beat beat.yaml`, or",
        "test": "Call `create_app('test.yaml')` in a fixture of pytest's, or",
    }
    # What serving it would lack is not told.
    lacks = "config: [{use: values, with: {A: '${UNSET_HERE}'}}, {use: unknown_source}]\n"
    write_files(tmp_path, {f"{role}.yaml": f"{HEAD}role: {role}\n{lacks}" for role in meant})
    commands = [["run", f"{role}.yaml"] for role in meant]
    debugged = [[*one, "--debug"] for one in commands]

    outcomes = run_commands([*commands, *debugged], tmp_path)

    for outcome, role in zip(outcomes, [*meant, *meant], strict=True):
        said, hint = outcome.stderr.splitlines()
        expected = f"{role}.yaml:3:7: error[ASM425] the role is {role}, and `run` serves only web"
        assert (outcome.status, said) == (1, f"{expected} [role-not-served]")
        assert meant[role] in hint
        assert hint.endswith("or pass `--any-role`.")


@pytest.mark.parametrize("server", ["gunicorn", "werkzeug"])
def test_any_role_is_served_if_the_command_says_so(
    server: str, process: StartProcess, tmp_path: Path
) -> None:
    """The report says what the profile is for."""
    text = f"role: job\nserver: {{use: {server}}}\n"
    served = Served.start(process, tmp_path, text, ["--any-role"])
    assert served.wait_for_reports(1)[0]["role"] == "job"


def test_who_asks_for_a_process_that_does_not_run_is_told_how_to_start_it(tmp_path: Path) -> None:
    """By its role; a file that there is not is told as such."""
    write_files(tmp_path, {"worker.yaml": f"{HEAD}role: worker\n", "web.yaml": HEAD})
    commands = [["status", "worker.yaml"], ["status", "web.yaml"], ["status", "wbe.yaml"]]
    worker, web, missing = run_commands(commands, tmp_path)

    assert "Start it with `assembler worker worker.yaml`" in worker.stderr
    assert "Start it with `assembler run web.yaml`" in web.stderr
    assert "error[ASM121]" in missing.stderr
    assert "Did you mean 'web.yaml'?" in missing.stderr
