"""What the shell completes, and the profile that need not be named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILES = {
    "pyproject.toml": '[tool.assembler]\nprofiles = "roles"\n',
    "roles/web.yaml": 'version: 1\napp: {with: {import_name: shop}}\nextensions: ["shop:setup"]\n',
    "roles/worker.yaml": "version: 1\nrole: worker\n",
    "roles/broken.yaml": "version: 1\nextensions: [nothing]\n",
    "shop.py": """\
import click

print("said while it is imported")


def setup(app):
    @app.cli.group()
    def stock():
        print("said while it runs")

    @stock.command("count")
    @click.option("--kind", type=click.Choice(["apples", "pears"]))
    def count(kind):
        raise RuntimeError("nothing is run")
""",
}


def complete(folder: Path, *words: str) -> list[str]:
    """Return what bash is told for the last of ``words``."""
    env = {
        "_ASSEMBLER_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("assembler", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = run_cli(["-m", "assembler"], folder, env)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ["run", ""],
            ["plain,roles/broken.yaml", "plain,roles/web.yaml", "plain,roles/worker.yaml"],
        ),
        (["diff", "roles/web.yaml", "roles/wo"], ["plain,roles/worker.yaml"]),
        (["run", "els"], ["file,els"]),
        (["catalog", "redi"], ["plain,redis"]),
        (["catalog", "--adapters", "after_r"], ["plain,after_request"]),
        (["catalog", "--servers", "g"], ["plain,gunicorn", "plain,gevent"]),
        (["rules", "asm502"], ["plain,ASM502"]),
        (["lint", "--select", "ASM5,unknown-n"], ["plain,ASM5,unknown-name"]),
        (["flask", "roles/web.yaml", "st"], ["plain,stock"]),
        (["flask", "roles/web.yaml", "stock", ""], ["plain,count"]),
        (["flask", "roles/broken.yaml", "ro"], ["plain,routes"]),
    ],
)
def test_completion_knows_what_the_project_has(
    words: list[str], expected: list[str], tmp_path: Path
) -> None:
    """Whatever the project's code says meanwhile; an app that cannot be made leaves Flask's own."""
    write_files(tmp_path, FILES)

    assert complete(tmp_path, *words) == expected


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({}, "web (web), debug false"),
        ({"ASSEMBLER_PROFILE": "roles/worker.yaml"}, "worker (worker), debug false"),
    ],
    ids=["default", "variable"],
)
def test_plan_without_a_profile_takes_the_usual_one(
    env: Mapping[str, str], line: str, tmp_path: Path
) -> None:
    """The one that the variable names, else `web.yaml` in the folder of profiles."""
    write_files(tmp_path, FILES)

    done = run_cli(["-m", "assembler", "plan"], tmp_path, env)

    assert done.stdout.startswith(line)


def test_env_file_may_name_the_profile(tmp_path: Path) -> None:
    """As it may set every other variable."""
    write_files(tmp_path, {**FILES, ".env": "ASSEMBLER_PROFILE=roles/worker.yaml\n"})

    assert run_cli(["-m", "assembler", "plan"], tmp_path).stdout.startswith("worker (worker)")


@pytest.mark.parametrize("command", ["plan", "run"])
def test_no_profile_at_all_is_wrong_usage(command: str, tmp_path: Path) -> None:
    """It says what was looked for."""
    done = run_cli(["-m", "assembler", command], tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    reason = "ASSEMBLER_PROFILE is not set, and there is no profiles/web.yaml"
    assert done.stderr.splitlines()[-1] == f"Error: no PROFILE is given: {reason}"
