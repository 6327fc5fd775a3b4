"""A new project works at once: its checks pass, and its app is served."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from assembler.scaffolding.project import TEMPLATES, build_names, render_project
from assembler.version import __version__
from tests.support.environment import build_env
from tests.support.processes import free_port, http_get, run_cli

if TYPE_CHECKING:
    from tests.conftest import StartProcess

# pytest with the plugin alone: those that are installed here take longer to load than the tests.
ENV = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
MODULES = {
    "assembler": ["-m", "assembler"],
    "python -m pytest": ["-m", "pytest", "-p", "assembler.testing.plugin"],
}
NAMES = {"name": "my-shop", "package": "my_shop", "PACKAGE": "MY_SHOP"}


def read_ci(folder: Path) -> list[list[str]]:
    """Return the commands of the project's CI for this Python, but those that install."""
    ci = yaml.safe_load((folder / ".github/workflows/ci.yml").read_text())
    steps = [step for step in ci["jobs"]["check"]["steps"] if "run" in step and "if" not in step]
    commands = [step["run"] for step in steps if "pip install" not in step["run"]]
    return [
        shlex.split(step.replace(start, " ".join(args), 1))
        for step in commands
        for start, args in MODULES.items()
        if step.startswith(start)
    ]


@pytest.mark.parametrize("template", TEMPLATES)
def test_new_project_passes_its_checks_and_is_served(
    template: str, tmp_path: Path, process: StartProcess
) -> None:
    """The commands of its own CI pass, then the app answers: with the database at head."""
    done = run_cli(
        ["-m", "assembler", "init", "my-shop", "--template", template, "--yes"], tmp_path
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "my-shop"

    commands = read_ci(folder)
    checks = [run_cli(command, folder, ENV) for command in commands]
    port = free_port()
    env = {"BIND": f"127.0.0.1:{port}", "WORKERS": "1"}
    if (folder / "migrations").is_dir():
        migrated = run_cli(["-m", "assembler", "migrate", "profiles/migrations.yaml"], folder)
        assert migrated.returncode == 0, migrated.stderr
    server = process(["-m", "assembler", "run", "profiles/web.yaml"], folder, env)
    index = server.wait_for_http(f"http://127.0.0.1:{port}/", status=200)

    assert [command[1] for command in commands] == ["assembler", "pytest"]
    assert [one.stdout + one.stderr for one in checks if one.returncode] == []
    if template == "worker":  # without a broker it serves, and is not ready
        return
    assert http_get(f"http://127.0.0.1:{port}/health/ready").status == 200, index.text
    if template == "api":
        noted = http_get(
            f"http://127.0.0.1:{port}/notes",
            method="POST",
            data=b'{"text": "buy milk"}',
            headers={"Content-Type": "application/json"},
        )
        assert noted.json()["text"] == "buy milk"
        current = run_cli(
            ["-m", "assembler", "flask", "profiles/web.yaml", "db", "current"], folder
        )
        assert (current.returncode, "alembic" in current.stderr) == (0, False), current.stderr


def test_ci_of_a_new_project_tells_what_a_pull_request_changes(tmp_path: Path) -> None:
    """By the step's own line, in a repository with a change."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    assert run_cli(["-m", "assembler", "init", "--template", "minimal"], tmp_path).returncode == 0
    ci = yaml.safe_load((tmp_path / ".github/workflows/ci.yml").read_text())
    (step,) = (one for one in ci["jobs"]["check"]["steps"] if "if" in one)
    git = "git -c commit.gpgsign=false -c user.name=a -c user.email=a@example.org"
    setting = f"{git} init -q && {git} add -A && {git} commit -qm first && "
    setting += "sed -i 's/- health/- proxy_fix/' profiles/web.yaml && "
    line = step["run"].replace("assembler", f"{sys.executable} -m assembler", 1)

    done = subprocess.run(
        ["/bin/sh", "-c", setting + line],
        cwd=tmp_path,
        env=build_env({"BASE": "HEAD", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "proxy_fix" in (tmp_path / "summary.md").read_text()


def test_templates_are_without_findings_and_formatted(tmp_path: Path) -> None:
    """Nobody begins with a diff of their formatter's, or with a finding of any level."""
    for template in TEMPLATES:
        args = ["init", template, "--template", template, "--yes"]
        assert run_cli(["-m", "assembler", *args], tmp_path).returncode == 0

    formatted = run_cli(["-m", "ruff", "format", "--check", "--isolated", "."], tmp_path)
    checked = [
        run_cli(["-m", "ruff", "check", "--isolated", "--no-cache", "."], tmp_path / name)
        for name in TEMPLATES
    ]
    linted = [
        run_cli(["-m", "assembler", "lint", "--fail-level", "info"], tmp_path / name)
        for name in TEMPLATES
    ]

    assert formatted.returncode == 0, formatted.stdout
    assert [one.stdout for one in checked if one.returncode] == []
    assert [one.stdout for one in linted if one.returncode] == []


def test_rendered_files_have_no_placeholder_left() -> None:
    """Names, version and secret are filled in, in paths too."""
    for template in TEMPLATES:
        for path, text in render_project(template, NAMES).items():
            assert "@" not in path
            assert not [name for name in (*NAMES, "version", "secret") if f"@{name}@" in text]
            assert not path.endswith(".tpl")
            assert not path.startswith("dot.")


def test_every_template_has_what_a_project_needs() -> None:
    """A package, profiles, tests, CI, an image and the variables; a database and its migration."""
    for template in TEMPLATES:
        files = render_project(template, NAMES)
        profiles = {"base", "web", "debug", "test"}
        profiles |= {"migrations"} if template != "minimal" else set()
        profiles |= {"worker"} if template == "worker" else set()
        assert {Path(path).stem for path in files if path.startswith("profiles/")} == profiles
        assert ("my_shop/models.py" in files) is (template != "minimal")
        assert any(path.startswith("migrations/versions/") for path in files) is (
            template != "minimal"
        )
        for path in ("Dockerfile", ".github/workflows/ci.yml", ".env.example", "README.md"):
            assert path in files
        copied = re.findall(r"^COPY (.+) \S+$", files["Dockerfile"], re.MULTILINE)
        for name in " ".join(copied).split():
            assert any(path == name or path.startswith(f"{name}/") for path in files)
        assert f">={__version__}" in files["pyproject.toml"]


def test_secret_of_a_project_is_its_own() -> None:
    """And only where sessions are signed."""
    first, second = (render_project("web", NAMES)[".env"] for _ in range(2))

    assert first != second
    assert ".env" not in render_project("api", NAMES)


@pytest.mark.parametrize(
    ("folder", "package"),
    [
        ("shop", "shop"),
        ("my-shop", "my_shop"),
        ("My Shop 2", "my_shop_2"),
        ("2048", "app_2048"),
        ("class", "app_class"),
        ("test", "test_app"),
        ("flask", "flask_app"),
        ("profiles", "profiles_app"),
        ("…", "app"),
    ],
)
def test_package_name_hides_no_other_module(folder: str, package: str) -> None:
    """Whatever the folder is called."""
    assert build_names(Path("/srv", folder))["package"] == package
    assert package.isidentifier()
