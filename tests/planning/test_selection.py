"""What `--only` keeps of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.planning.loading import load_plan
from assembler.planning.plan import Decision
from assembler.planning.selection import select_extensions
from tests.support.commands import run_commands
from tests.support.projects import HEAD, in_folder, write_files

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    HEAD
    + """\
extensions:
  - use: database
    with: {url: "sqlite:///shop.db"}
  - migrate
  - {use: "project:make", name: client, as: function}
  - {use: "project:search", with: {client: {$step: client}}}
  - {use: "project:fill", after: ["project:search"]}
  - {use: "project:fail"}
  - {use: health, when: false}
"""
)
MODULE = """\
import click


def make():
    return "a client"


def search(app, client):
    app.extensions["client"] = client


def fill(app):
    @app.cli.command("count")
    def count():
        click.echo(f"{sorted(app.extensions)} {app.extensions['client']}")


def fail(app):
    raise RuntimeError("not needed")
"""


def select(folder: Path, *names: str) -> dict[str, str | None]:
    """Return why each extension is skipped, once only ``names`` are wanted."""
    write_files(folder, {"profile.yaml": TEXT, "project.py": MODULE})
    with in_folder(folder):
        plan = select_extensions(load_plan("profile.yaml", env={}).plan, names)
    return {
        one.step.name: one.reason if one.decision is Decision.SKIPPED else None
        for one in plan.extensions
    }


def test_what_a_step_depends_on_is_kept(tmp_path: Path) -> None:
    """What its `after` and its `$step` name, at any distance, and what the catalogue says."""
    left_out = "left out by --only"
    assert select(tmp_path, "project:fill") == {
        "database": left_out,
        "migrate": left_out,
        "client": None,
        "project:search": None,
        "project:fill": None,
        "project:fail": left_out,
        "health": "when: false",
    }
    kept = [name for name, reason in select(tmp_path, "migrate").items() if reason is None]
    assert kept == ["database", "migrate"]


def test_a_flask_command_runs_on_the_rest(tmp_path: Path) -> None:
    """A step that would fail is not carried out; a name that there is not is wrong usage."""
    write_files(tmp_path, {"profile.yaml": TEXT, "project.py": MODULE})
    commands = [
        ["flask", "profile.yaml", "count"],
        ["flask", "--only", "project:fill", "profile.yaml", "count"],
        ["flask", "--only", "project:fil", "profile.yaml", "count"],
    ]
    whole, part, wrong = run_commands(commands, tmp_path)

    assert whole.status == 1
    assert "not needed" in whole.stderr
    assert (part.status, part.stdout) == (0, "['assembler', 'client'] a client\n")
    assert wrong.status == 2
    assert (
        "--only: no extension is called 'project:fil'. Did you mean 'project:fill'?" in wrong.stderr
    )
