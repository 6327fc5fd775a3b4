"""Test where `lint` writes what it found, and what the project's settings say of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assembler.linting.output import FORMATS
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

POLICY = '[tool.assembler]\npackage = "shop"\n'
WARNED = "version: 1\ndescription: on\n"
WRONG = "version: 1\nextensions: [databse]\n"


def lint(
    folder: Path, files: dict[str, str], *args: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Lint in a folder with ``files``."""
    write_files(folder, {"pyproject.toml": POLICY, **files})
    return run_cli(["-m", "assembler", "lint", *args], folder, env)


def test_several_outputs_are_written_in_one_run(tmp_path: Path) -> None:
    """One to standard output, the others to files that are there as a whole."""
    done = lint(
        tmp_path,
        {"a.yaml": WRONG, "out/b.json": "old"},
        *("a.yaml", "--output-format", "github", "--output-format", "json:out/b.json"),
        "--output-format=gitlab:c:d.json",
    )

    assert done.returncode == 1
    assert done.stdout.startswith("::error file=a.yaml,line=2,")
    assert json.loads((tmp_path / "out/b.json").read_text())[0]["code"] == "ASM502"
    assert json.loads((tmp_path / "c:d.json").read_text())[0]["check_name"] == "unknown-name"
    assert done.stderr == "1 profile, 1 error; not imported: run with --deep\n"


def test_an_output_to_a_file_leaves_the_usual_one(tmp_path: Path) -> None:
    """Whoever reads the log of a job still sees what was found."""
    done = lint(tmp_path, {"a.yaml": WRONG}, "a.yaml", "--output-format", "junit:a.xml")

    assert done.stdout.startswith("a.yaml:2:14: error[ASM502]")
    assert "<failure" in (tmp_path / "a.xml").read_text()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["json", "sarif"], "only one --output-format can go to standard output"),
        (["json:a", "sarif:./a"], "two --output-format options write to 'a'"),
        (["json:no/where/a"], "the folder 'no/where' of 'no/where/a' does not exist"),
        (["json:."], "'.' is a folder"),
        (["json:"], "'json:' has no file after the colon"),
        (["sariff:a"], "unknown format 'sariff'. Did you mean 'sarif'?"),
        (["xml"], "The formats are full, concise, json"),
    ],
)
def test_an_output_that_makes_no_sense_is_wrong_usage(
    tmp_path: Path, args: list[str], said: str
) -> None:
    """Before anything is linted or written."""
    formats = [word for one in args for word in ("--output-format", one)]
    done = lint(tmp_path, {"a.yaml": WRONG}, "a.yaml", *formats)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.split())
    assert {path.name for path in tmp_path.iterdir()} == {"a.yaml", "pyproject.toml"}


def test_paths_of_a_report_start_at_the_service_s_checkout(tmp_path: Path) -> None:
    """In a project that is a folder of its repository."""
    done = lint(
        tmp_path / "web",
        {"profiles/a.yaml": WRONG},
        *("--output-format", "github"),
        env={"GITHUB_WORKSPACE": str(tmp_path)},
    )

    assert "file=web/profiles/a.yaml," in done.stdout


def write_policy(**settings: object) -> dict[str, str]:
    """Return a project with these settings, and a profile with a warning and an error."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    policy = "\n".join([*POLICY.splitlines(), *lines, ""])
    return {"pyproject.toml": policy, "profiles/a.yaml": f"{WARNED}extensions: [databse]\n"}


@pytest.mark.parametrize(
    ("settings", "args", "codes"),
    [
        ({}, [], ["ASM117", "ASM502"]),
        ({"select": ["ASM5xx"]}, [], ["ASM502"]),
        ({"select": ["ASM5xx"]}, ["--select", "boolean-word"], ["ASM117"]),
        ({"ignore": ["ASM117"]}, [], ["ASM502"]),
        ({"ignore": ["ASM117"]}, ["--ignore", "unknown-name"], []),
        ({"ignore": ["ASM117"]}, ["--select", "ALL"], ["ASM502"]),
        ({"select": []}, [], ["ASM117", "ASM502"]),
    ],
)
def test_a_project_chooses_its_rules(
    tmp_path: Path, settings: dict[str, object], args: list[str], codes: list[str]
) -> None:
    """``--select`` replaces its choice, and ``--ignore`` adds to what it leaves out."""
    done = lint(tmp_path, write_policy(**settings), *args, "--output-format", "json")

    assert [found["code"] for found in json.loads(done.stdout)] == codes


def test_a_project_says_what_fails(tmp_path: Path) -> None:
    """And the command line says otherwise."""
    files = write_policy(fail_level="warning", ignore=["unknown-name"])

    assert lint(tmp_path, files).returncode == 1
    assert lint(tmp_path, files, "--fail-level", "error").returncode == 0


def test_a_pattern_of_the_project_that_matches_nothing_is_said_with_its_place(
    tmp_path: Path,
) -> None:
    """All of them, each where it stands; and in the format asked for."""
    policy = (
        '[tool.assembler]\npackage = "tabb"\nselect = ["ASM1",\n  "tabb"]\nignore = ["ASM9999"]\n'
    )
    files = {"pyproject.toml": policy, "profiles/a.yaml": WARNED}

    done = lint(tmp_path, files)
    listed = lint(tmp_path, files, "--output-format", "json")

    assert done.returncode == 1
    assert done.stdout.splitlines()[::2] == [
        "pyproject.toml:4:3: error[ASM704] select: unknown rule 'tabb' [policy-broken]",
        "pyproject.toml:5:11: error[ASM704] ignore: unknown rule 'ASM9999' [policy-broken]",
    ]
    assert done.stdout.splitlines()[1] == "  hint: Did you mean 'tab'?"
    assert [found["line"] for found in json.loads(listed.stdout)] == [4, 5]


def test_a_level_that_is_none_is_said(tmp_path: Path) -> None:
    """As any setting of a wrong type."""
    done = lint(tmp_path, write_policy(fail_level="fatal"))

    assert done.returncode == 1
    assert (
        "error[ASM704] [tool.assembler] \"fail_level\": expected 'error', 'warning' or 'info'"
        in done.stdout
    )


SHOWN = """\
version: 1
app: {with: {import_name: shop}}
config:
  - use: values
    with:
      A_PASSWORD: 012345
      B_PASSWORD: 9_876
      C_PASSWORD: 22:33
      D_PASSWORD: kept #hunter2
      E_PASSWORD: !hunter3 kept
      F_PASSWORD: ${hunter4
      SECRET_KEY:hunter5
extensions:
  - use: secret_key
    with: {key: hunter6}
  - use: secret_key
    name: other
    with:
      fallbacks:
        - hunter7-and-some-more
"""


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("left_out", ["SECRET_KEY:", "!", "nothing"])
def test_no_format_shows_a_secret_that_something_is_wrong_with(
    tmp_path: Path, output_format: str, left_out: str
) -> None:
    """Not even where what is wrong is how it is written; one of the lines may hide the others."""
    lines = [line for line in SHOWN.splitlines() if left_out not in line]
    write_files(tmp_path, {"web.yaml": "\n".join(lines)})

    args = ["lint", "--output-format", output_format, "web.yaml"]
    done = run_cli(["-m", "assembler", *args], tmp_path)

    assert done.returncode == 1
    for secret in ("12345", "9876", "9_876", "22:33", "hunter"):
        assert secret not in done.stdout.replace("`22:33`", "")
