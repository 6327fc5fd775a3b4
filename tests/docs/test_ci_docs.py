"""Test that what docs/ci.md tells people to copy works: each block is read, its commands are run.

The hooks of `.pre-commit-hooks.yaml` are run by pre-commit itself, in a repository made for it.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from assembler.diagnostics.codes import find_code
from tests.support.processes import ROOT
from tests.support.projects import write_files
from tests.support.repository import commit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
BLOCK = re.compile(r"^```yaml (?P<file>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^\$ (.+)$", re.MULTILINE)
BLOCKS = {found["file"]: yaml.safe_load(found["text"]) for found in BLOCK.finditer(PAGE)}
HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}
PROJECT = {
    "pyproject.toml": '[tool.assembler]\npackage = "shop"\n',
    "shop/__init__.py": "",
    "profiles/base.yaml": "version: 1\nabstract: true\n",
    "profiles/web.yaml": "extends: base.yaml\nextensions: [proxy_fix]\n",
}
WRONG = {"profiles/web.yaml": "extends: base.yaml\nextensions: [proxy_fixx]\n"}
UNINSTALLED = {
    "profiles/web.yaml": "version: 1\nextensions: ['not_installed_here:thing', 'shop.more']\n",
    "shop/more.py": "import not_installed_either\n\n\ndef init_app(app): ...\n",
}
# What `git commit` asks for, whoever runs the tests.
SETTINGS = "-c commit.gpgsign=false -c user.name=a -c user.email=a@example.org"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project without a fault, in which `assembler` is on the path."""
    folder = tmp_path / "project"
    write_files(folder, PROJECT)
    script = tmp_path / "bin" / "assembler"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m assembler "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent), prepend=":")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell, as every one of those services does."""
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def iter_texts(block: Any) -> Iterator[str]:  # noqa: ANN401 - any YAML
    """Return every text of a block."""
    if isinstance(block, dict):
        for value in block.values():
            yield from iter_texts(value)
    elif isinstance(block, list):
        for item in block:
            yield from iter_texts(item)
    elif isinstance(block, str):
        yield block


OURS = [text for text in iter_texts(BLOCKS) if text.startswith("assembler ")]
COMMANDS = [*(text for text in OURS if " diff " not in text), *CONSOLE.findall(PAGE)]
COMPARING = [text for text in OURS if " diff " in text]


def test_integrations_page_has_a_block_for_every_service() -> None:
    """And each block runs `lint` or `diff`."""
    assert list(BLOCKS) == [
        ".pre-commit-config.yaml",
        ".github/workflows/profiles.yml",
        ".gitlab-ci.yml",
        ".github/workflows/profile-changes.yml",
        "profile-changes.gitlab-ci.yml",
    ]
    assert all(
        any(text.startswith(("assembler lint", "assembler diff")) for text in iter_texts(block))
        for block in BLOCKS.values()
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_the_page_succeeds_in_a_sound_project(command: str, project: Path) -> None:
    """What it does where a profile is at fault, the reports' test looks at."""
    sound = run(command, project)

    assert sound.returncode == 0, sound.stdout + sound.stderr


@pytest.mark.parametrize("command", COMPARING)
def test_pull_request_gets_what_an_edit_changes(
    command: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a profile cannot be planned it gets the reason, and the command fails."""
    for variable in ("BASE", "CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        monkeypatch.setenv(variable, "HEAD")
    commit(project, PROJECT)
    same, unchanged = run(command, project), (project / "changes.md").read_text()
    write_files(project, {"profiles/web.yaml": "extends: base.yaml\nextensions: []\n"})
    edited, changes = run(command, project), (project / "changes.md").read_text()
    write_files(project, WRONG)
    wrong, reason = run(command, project), (project / "changes.md").read_text()

    assert (same.returncode, unchanged) == (0, "The profiles are the same.\n"), same.stderr
    assert edited.returncode == 0, edited.stderr
    assert "| removed | `extension 'proxy_fix'` |" in changes
    assert wrong.returncode == 1
    assert "[unknown-name]" in reason


def test_service_reads_the_reports_that_the_command_writes(project: Path) -> None:
    """Under the names that the block gives them; what lints a profile at fault ends with 1."""
    write_files(project, WRONG)
    ended = {command: run(command, project).returncode for command in COMMANDS}
    gitlab = BLOCKS[".gitlab-ci.yml"]["profiles"]["artifacts"]["reports"]
    *_, upload = BLOCKS[".github/workflows/profiles.yml"]["jobs"]["lint"]["steps"]

    sarif = json.loads((project / upload["with"]["sarif_file"]).read_text())
    issues = json.loads((project / gitlab["codequality"]).read_text())

    assert ended == {command: 1 if "lint" in command else 0 for command in COMMANDS}
    assert [one["ruleId"] for one in sarif["runs"][0]["results"]] == ["ASM502"]
    assert [one["check_name"] for one in issues] == ["unknown-name"]
    assert "<failure" in (project / gitlab["junit"]).read_text()


def test_schema_is_where_the_editor_s_line_finds_it(project: Path) -> None:
    """Beside the profile."""
    modeline = re.search(r"\$schema=(\S+)", PAGE)
    assert modeline is not None

    for command in CONSOLE.findall(PAGE):
        run(command, project)

    assert json.loads((project / "profiles" / modeline[1]).read_text())["title"]


def test_page_shows_the_published_hook() -> None:
    """So that both do the same."""
    *_, local = BLOCKS[".pre-commit-config.yaml"]["repos"][0]["hooks"]
    published = HOOKS["assembler-lint"]

    assert local == {key: published[key] for key in local}
    assert set(published) - set(local) == {"description"}


def test_isolated_hook_ignores_rules_that_need_the_project(project: Path) -> None:
    """What is not installed beside it is no fault of the profile; all else is."""
    entry = HOOKS["assembler-lint-isolated"]["entry"]
    write_files(project, UNINSTALLED)
    ignored = shlex.split(entry)[-1].split(",")

    here = run(f"{HOOKS['assembler-lint']['entry']} profiles/web.yaml", project)
    isolated = run(f"{entry} profiles/web.yaml", project)
    write_files(project, WRONG)
    wrong = run(f"{entry} profiles/web.yaml", project)

    assert [name for name in ignored if find_code(name) is None] == []
    assert all(f"`{name}`" in PAGE for name in ignored)
    assert "[module-not-found]" in here.stdout
    assert "[import-failed]" in here.stdout
    assert (isolated.returncode, isolated.stdout) == (0, "")
    assert "[unknown-name]" in wrong.stdout


@pytest.mark.parametrize(("broken", "status"), [({}, 0), (WRONG, 1)], ids=["sound", "wrong"])
def test_pre_commit_runs_the_hook(
    project: Path, tmp_path: Path, broken: dict[str, str], status: int
) -> None:
    """On the files that changed; without git, which pre-commit needs, what it would run is run."""
    hook = HOOKS["assembler-lint"]
    write_files(project, broken)
    if shutil.which("git") is None:
        done = run(f"{hook['entry']} profiles/web.yaml", project)
    else:
        hooks = tmp_path / "hooks"
        write_files(
            hooks, {".pre-commit-hooks.yaml": (ROOT / ".pre-commit-hooks.yaml").read_text()}
        )
        for folder in (hooks, project):
            for command in ("init -q", "add -A", "commit -q -m first"):
                done = run(
                    f"git {SETTINGS} {command}",
                    folder,
                )
                assert done.returncode == 0, done.stderr
        home = f"PRE_COMMIT_HOME={shlex.quote(str(tmp_path / 'home'))}"
        done = run(
            f"{home} {shlex.quote(sys.executable)} -m pre_commit try-repo {shlex.quote(str(hooks))}"
            f" {hook['id']} --all-files --verbose",
            project,
        )

    assert done.returncode == status, done.stdout + done.stderr
    assert ("error[ASM502]" in done.stdout) is bool(status)
    assert "2 profiles" in done.stdout + done.stderr


def test_own_workflow_runs_the_tests_on_every_supported_python() -> None:
    """It is one that GitHub can read, and the classifiers name the same versions."""
    file = ROOT / ".github" / "workflows" / "ci.yml"
    check = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
    ]
    subprocess.run([*check, file], check=True, stdout=subprocess.PIPE)
    job = yaml.safe_load(file.read_text("utf-8"))["jobs"]["test"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = [one.rpartition(" ")[2] for one in project["classifiers"] if ":: 3." in one]

    assert job["strategy"]["matrix"]["python"] == versions
    assert job["steps"][-1] == {"run": ".ci/run"}
