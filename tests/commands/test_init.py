"""`assembler init` writes all of a project or nothing, and `--here` adds to one."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.support.environment import build_env
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path


def init(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run `assembler init`."""
    return run_cli(["-m", "assembler", "init", *args], folder)


def list_files(folder: Path) -> dict[str, str]:
    """Return the files below a folder, by their paths."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_text() for file in files}


def test_existing_file_keeps_all_from_being_written(tmp_path: Path) -> None:
    """One diagnostic, and the folder is as it was."""
    write_files(tmp_path, {"shop/README.md": "mine\n", "shop/Dockerfile": "FROM scratch\n"})
    before = list_files(tmp_path)

    done = init(tmp_path, "shop", "--yes")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "shop/Dockerfile:1:1: error[ASM127] the file exists already, and 1 more [file-not-written]",
        "  hint: Name another folder, or move it away; nothing was written.",
    ]
    assert list_files(tmp_path) == before


def test_file_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    """And what was written until then is gone again."""
    write_files(tmp_path, {"profiles": "a file\n"})

    done = init(tmp_path, "--template", "minimal", "--yes")

    assert done.returncode == 1
    assert "error[ASM127] the file cannot be written: not a directory" in done.stderr
    assert "Traceback" not in done.stderr
    assert list_files(tmp_path) == {"profiles": "a file\n"}


def test_current_folder_is_the_default_and_nothing_is_asked(tmp_path: Path) -> None:
    """Without a terminal there is nobody to ask; the next commands are printed."""
    folder = tmp_path / "my-shop"
    folder.mkdir()

    done = init(folder)

    assert done.returncode == 0, done.stderr
    assert (folder / "my_shop" / "models.py").is_file()
    assert done.stdout.splitlines() == [
        "next:",
        "  assembler migrate profiles/migrations.yaml",
        "  assembler run profiles/web.yaml",
        "  python -m pytest",
    ]


def test_template_is_asked_for_on_a_terminal(tmp_path: Path) -> None:
    """With what each is; the answer decides."""
    controller, terminal = pty.openpty()
    os.write(controller, b"minimal\n")
    done = subprocess.run(
        [sys.executable, "-m", "assembler", "init", "shop"],
        cwd=tmp_path,
        env=build_env(),
        stdin=terminal,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(terminal)
    os.close(controller)

    assert done.returncode == 0, done.stderr
    assert "minimal  one view, without a database" in done.stderr
    assert not (tmp_path / "shop" / "migrations").exists()
    assert (tmp_path / "shop" / "shop" / "views.py").is_file()


def test_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """Whatever the umask is."""
    assert init(tmp_path, "shop", "--template", "web", "--yes").returncode == 0

    assert stat.S_IMODE((tmp_path / "shop" / ".env").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--template", "blog"], "'blog' is not one of"),
        (["--here", "--template", "api"], "--template is for a new project"),
        (["nowhere", "--here"], "'nowhere' is not a folder"),
    ],
)
def test_wrong_usage_is_told(tmp_path: Path, args: list[str], message: str) -> None:
    """With status 2, and nothing is written."""
    done = init(tmp_path, *args)

    assert done.returncode == 2
    assert message in done.stderr
    assert list_files(tmp_path) == {}


OLD = {
    "pyproject.toml": '# ours\r\n[project]\r\nname = "blog" # the name\r\n',
    ".pre-commit-config.yaml": "repos:\n- repo: https://a.test\n  rev: v1\n  hooks: [{id: y}]\n",
    "src/blog/__init__.py": "def create_app(test_config=None):\n    ...\n",
    "profiles/web.yaml": "# ours\nversion: 1\n",
}


def test_here_adds_to_a_project_and_keeps_what_is_there(tmp_path: Path) -> None:
    """Comments and ends of lines too; a second time nothing is missing."""
    for path, text in OLD.items():
        write_files(tmp_path, {path: ""})
        (tmp_path / path).write_bytes(text.encode())

    done = init(tmp_path, "--here")
    changed = list_files(tmp_path)
    again = init(tmp_path, "--here")

    assert (done.returncode, done.stdout) == (0, "next:\n  assembler lint\n")
    pyproject = (tmp_path / "pyproject.toml").read_bytes().decode()
    assert pyproject.startswith(OLD["pyproject.toml"])
    assert "\n" not in pyproject.replace("\r\n", "")
    assert tomllib.loads(pyproject)["tool"]["assembler"] == {
        "package": "blog",
        "profiles": "profiles",
        "pythonpath": ["src"],
    }
    hooks = yaml.safe_load(changed[".pre-commit-config.yaml"])["repos"]
    assert [hook["hooks"][0]["id"] for hook in hooks] == ["y", "assembler-lint"]
    assert changed["profiles/web.yaml"] == (
        "# yaml-language-server: $schema=profile.schema.json\n# ours\nversion: 1\n"
    )
    assert yaml.safe_load(changed[".github/workflows/profiles.yml"])["jobs"]["lint"]
    assert again.stderr == "nothing is missing\n"
    assert list_files(tmp_path) == changed


def test_here_points_at_the_factory(tmp_path: Path) -> None:
    """Not at a view that is called `create`, nor at whatever else is, where there is another."""
    route = "@blueprint.post('/')\ndef create():\n    ...\n"
    files = {
        "blog/__init__.py": "",
        "blog/desk.py": route,
        "blog/stories.py": "def create(): ...\n",
    }
    write_files(tmp_path, files)
    assert init(tmp_path, "--here").stdout == "next:\n  assembler adopt blog.stories:create\n"
    write_files(tmp_path, {"blog/web.py": "def create_app(): ...\n"})
    assert init(tmp_path, "--here").stdout == "next:\n  assembler adopt blog.web:create_app\n"


def test_here_prints_what_it_cannot_add(tmp_path: Path) -> None:
    """Where a file has a form of its own, or the service is GitLab, the text is printed."""
    write_files(
        tmp_path,
        {
            ".pre-commit-config.yaml": "repos: []\nci: {skip: [x]}\n",
            ".gitlab-ci.yml": "test: {script: [make]}\n",
            "pyproject.toml": "tool = {black = {line-length = 100}}\n",
        },
    )

    done = init(tmp_path, "--here")

    assert done.returncode == 0, done.stderr
    named = [line for line in done.stdout.splitlines() if line.startswith("add to ")]
    assert named == [
        "add to pyproject.toml:",
        "add to .pre-commit-config.yaml:",
        "add to .gitlab-ci.yml:",
    ]
    assert done.stdout.endswith("next:\n  assembler adopt MODULE:FACTORY\n")
    assert set(list_files(tmp_path)) == {
        *(".pre-commit-config.yaml", ".gitlab-ci.yml", "pyproject.toml"),
        "profiles/profile.schema.json",
    }


def test_here_tells_of_a_broken_file(tmp_path: Path) -> None:
    """As every command does, and nothing is written."""
    write_files(tmp_path, {"pyproject.toml": "[project\n"})

    done = init(tmp_path, "--here")

    assert done.returncode == 1
    assert "error[ASM704] the policy file is not TOML" in done.stderr
    assert set(list_files(tmp_path)) == {"pyproject.toml"}


@pytest.mark.parametrize(
    ("files", "install"),
    [
        ({"requirements.txt": "flask\n"}, "-r requirements.txt flask-assembler"),
        ({"pyproject.toml": '[project]\nname = "shop"\n'}, ". flask-assembler"),
        ({}, "flask-assembler"),
    ],
)
def test_here_installs_the_project_as_it_is_in_ci(
    tmp_path: Path, files: dict[str, str], install: str
) -> None:
    """What has no build system cannot be installed by its folder."""
    write_files(tmp_path, {"app.py": "def create_app(): ...\n", **files})
    assert run_cli(["-m", "assembler", "init", "--here"], tmp_path).returncode == 0

    job = yaml.safe_load((tmp_path / ".github/workflows/profiles.yml").read_text())["jobs"]["lint"]
    assert job["steps"][-2] == {"run": f"python -m pip install {install}"}
