"""`assembler diff` and `plan --against`: what they print, and how they exit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import run_cli
from tests.support.projects import write_files
from tests.support.repository import commit

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

BASE = """\
version: 1
abstract: true
app: {with: {import_name: project}}
extensions:
  - proxy_fix
  - {use: "project:setup", name: setup, with: {api_token: first-token, note: "a | `b` *c*"}}
"""
FILES = {
    "pyproject.toml": "[tool.assembler]\n",
    "profiles/base.yaml": BASE,
    "profiles/web.yaml": "extends: base.yaml\nserver: {workers: 2}\n",
    "profiles/old.yaml": "extends: base.yaml\n",
    "profiles/job.yaml": "extends: base.yaml\nrole: job\nextensions: [{name: setup}]\n",
    "project.py": "raise RuntimeError('nothing of the project is imported')\n",
}
EDIT = {
    "profiles/base.yaml": BASE.replace("first-token", "second-token").replace("a | ", "b | "),
    "profiles/web.yaml": "extends: base.yaml\nserver: {workers: 3}\nextensions: [health]\n",
    "profiles/new.yaml": "extends: base.yaml\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with one commit, and an edit in its work tree."""
    commit(tmp_path, FILES)
    (tmp_path / "profiles" / "old.yaml").unlink()
    for path, text in EDIT.items():
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def run(
    folder: Path, *args: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command of the command line."""
    return run_cli(["-m", "assembler", *args], folder, env)


def test_diff_of_two_profiles_prints_steps_and_values(project: Path) -> None:
    """Nothing of the project is imported."""
    done = run(project, "diff", "profiles/new.yaml", "profiles/web.yaml")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "profiles/new.yaml and profiles/web.yaml differ\n"
        "\n"
        "change  step                before  after        from\n"
        "added   extension 'health'          health runs  profiles/web.yaml:3\n"
        "\n"
        "change  key                     before  after   from\n"
        "added   extensions[health].use          health  profiles/web.yaml:3\n"
        "added   server.workers                  3       profiles/web.yaml:2\n"
    )


def test_diff_of_the_same_is_0(project: Path) -> None:
    """And says so."""
    done = run(project, "diff", "profiles/new.yaml", "profiles/new.yaml")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "profiles/new.yaml and profiles/new.yaml are the same\n"


def test_diff_with_a_revision_compares_every_profile_but_bases(project: Path) -> None:
    """Those that came and went, too; secrets are fingerprints."""
    done = run(project, "diff", "--git", "HEAD", "--output-format", "json")

    assert (done.returncode, done.stderr) == (1, "")
    assert "token" not in done.stdout.replace("api_token", "")
    found = {one["right"]: one for one in json.loads(done.stdout)}
    assert {name: one["status"] for name, one in found.items()} == {
        "profiles/job.yaml": "different",
        "profiles/new.yaml": "added",
        "HEAD:profiles/old.yaml": "removed",
        "profiles/web.yaml": "different",
    }
    values = {one["key"]: one for one in found["profiles/web.yaml"]["values"]}
    assert values["server.workers"] == {
        "change": "changed",
        "key": "server.workers",
        "left": {"value": "2", "path": "HEAD:profiles/web.yaml", "line": 2, "variables": []},
        "right": {"value": "3", "path": "profiles/web.yaml", "line": 2, "variables": []},
    }
    assert values["extensions[setup].with.api_token"]["left"]["path"] == "HEAD:profiles/base.yaml"
    assert [one["change"] for one in found["profiles/web.yaml"]["steps"]] == ["added"]


def test_markdown_is_fit_for_a_pull_request(project: Path) -> None:
    """What a profile holds is code in a table, whatever characters it has."""
    done = run(project, "diff", "--git", "HEAD", "profiles/web.yaml", "--output-format", "markdown")

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "### profiles/web.yaml"
    assert lines[2] == "HEAD:profiles/web.yaml and profiles/web.yaml differ."
    assert "| added | `extension 'health'` |  | `health runs` | `profiles/web.yaml:3` |" in lines
    (note,) = [line for line in lines if ".note" in line]
    assert r'``"a \| `b` *c*"`` | ``"b \| `b` *c*"``' in note


@pytest.mark.parametrize("output_format", ["text", "json", "markdown"])
def test_profile_that_cannot_be_read_is_2_with_its_diagnostics(
    project: Path, output_format: str
) -> None:
    """At the side that it is of."""
    (project / "profiles" / "web.yaml").write_text("extends: bose.yaml\n")

    done = run(
        project, "diff", "--git", "HEAD", "profiles/web.yaml", "--output-format", output_format
    )

    assert done.returncode == 2
    said = done.stdout if output_format == "json" else done.stderr
    assert "ASM302" in said
    assert "Did you mean 'base.yaml'?" in said
    if output_format == "markdown":
        assert "ASM302" in done.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["profiles/web.yaml"], "expected two profiles, or --git and a revision"),
        (["--git", "HEAD", "a.yaml", "b.yaml"], "--git compares one profile, or all"),
        (["--git", "v9"], 'the repository has no revision "v9"'),
    ],
)
def test_wrong_usage_of_diff_is_2(project: Path, args: list[str], message: str) -> None:
    """With one line that says what was expected."""
    done = run(project, "diff", *args)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == f"Error: {message}"


SHOP = {
    "pyproject.toml": '[tool.assembler]\npackage = "shop"\n',
    "profiles/web.yaml": "version: 1\nextensions: ['shop.pages:views', 'shop.pages:guard']\n",
    "profiles/more.yaml": "extends: web.yaml\nextensions: [proxy_fix]\n",
    "shop/__init__.py": "",
    "shop/pages.py": """\
from flask import Blueprint

views = Blueprint("pages", __name__, static_folder="files")


@views.get("/old")
def show():
    return ""


def guard(app):
    from shop.checks import check

    app.before_request(check)
""",
    "shop/checks.py": "def check(): ...\n",
}
PAGES = SHOP["shop/pages.py"]


def list_parts(done: subprocess.CompletedProcess[str]) -> list[list[str | None]]:
    """Return what differs in the app: the change, its kind and key, and the right step's place."""
    (found,) = json.loads(done.stdout)
    return [
        [one[key] for key in ("change", "kind", "key", "right_place")] for one in found["parts"]
    ]


def test_live_diff_compares_the_assembled_apps(tmp_path: Path) -> None:
    """Each part that differs has the line of the step that made it so."""
    write_files(tmp_path, SHOP)
    pair = ("profiles/web.yaml", "profiles/more.yaml")

    done = run(tmp_path, "diff", "--live", *pair, "--output-format", "json")
    text = run(tmp_path, "diff", "--live", *pair)

    assert done.returncode == 1, done.stderr
    assert list_parts(done) == [["added", "wsgi", "wsgi_app", "profiles/more.yaml:2"]]
    assert "added   wsgi wsgi_app" in text.stdout


def test_live_diff_of_a_patched_process_has_nothing_of_its_locks(tmp_path: Path) -> None:
    """Which locks an app has is the patch's doing, which is there already; the rest counts."""
    making = """\
import queue, threading, time


class Store:
    def __init__(self, size):
        self.size, self.sleep, self.local = size, time.sleep, threading.local()
        self.lock, self.again = threading.Lock(), threading.RLock()
        self.condition, self.event = threading.Condition(), threading.Event()
        self.queue, self.slots = queue.Queue(), threading.Semaphore(2)


def init_app(app, size):
    app.extensions["store"] = Store(size)
    app.config["LOCK"] = threading.Lock()
    threading.Thread(target=threading.Event().wait, name="waiting", daemon=True).start()
    ticking = threading.Timer(0, print)
    ticking.start()
    if "gevent" not in type(ticking).__module__:
        ticking.join()
"""
    step = "extensions: [{use: 'shop.store:init_app', as: call, with: {size: %s}}]\n"
    profiles = {
        "plain.yaml": f"version: 1\n{step % 1}",
        "patched.yaml": f"version: 1\npatches: [gevent]\n{step % 1}",
        "larger.yaml": f"version: 1\npatches: [gevent]\n{step % 2}",
    }
    write_files(tmp_path, {**SHOP, "shop/store.py": making, **profiles})

    patched, larger = (
        run(tmp_path, "diff", "--live", "plain.yaml", other, "--output-format", "json")
        for other in ("patched.yaml", "larger.yaml")
    )

    assert (patched.returncode, larger.returncode) == (1, 1), patched.stderr + larger.stderr
    assert list_parts(patched) == []
    assert list_parts(larger) == [["changed", "extension", "store", "larger.yaml:3"]]


def test_live_diff_with_a_revision_assembles_its_own_code(tmp_path: Path) -> None:
    """Modules that are gone by now, too; the folder that it is in meanwhile is no difference."""
    commit(tmp_path, SHOP)
    same = run(tmp_path, "diff", "--live", "--git", "HEAD", "profiles/web.yaml")
    (tmp_path / "shop" / "checks.py").unlink()
    edited = PAGES.replace('"/old"', '"/new"').replace("shop.checks", "shop.looks")
    write_files(tmp_path, {"shop/pages.py": edited, "shop/looks.py": SHOP["shop/checks.py"]})

    done = run(
        *(tmp_path, "diff", "--live", "--git", "HEAD", "profiles/web.yaml"),
        *("--output-format", "json"),
    )

    assert same.returncode == 0, same.stdout + same.stderr
    assert list_parts(done) == [
        ["removed", "route", "GET,HEAD,OPTIONS /old", None],
        ["added", "route", "GET,HEAD,OPTIONS /new", "profiles/web.yaml:2"],
        ["changed", "hook", "before_request", "profiles/web.yaml:2"],
    ]


def test_live_diff_of_an_app_that_cannot_be_made_is_2(tmp_path: Path) -> None:
    """Its diagnostic has the side that it is of."""
    commit(tmp_path, {**SHOP, "shop/checks.py": "raise RuntimeError('not then')\n"})
    write_files(tmp_path, SHOP)

    done = run(tmp_path, "diff", "--live", "--git", "HEAD", "profiles/web.yaml")

    assert done.returncode == 2
    assert "HEAD:profiles/web.yaml:2:34: error[ASM506]" in done.stderr
    assert "note: HEAD:shop/checks.py:1:1: raised here" in done.stderr
    assert "not then" in done.stderr


def test_plan_against_a_file_or_a_revision_prints_what_differs(project: Path) -> None:
    """The plan of the edit is the right side."""
    file = run(project, "plan", "profiles/web.yaml", "--against", "profiles/new.yaml")
    revision = run(project, "plan", "profiles/web.yaml", "--against", "HEAD")
    same = run(project, "plan", "profiles/web.yaml", "--against", "profiles/web.yaml")
    neither = run(project, "plan", "profiles/web.yaml", "--against", "profiles/now.yaml")

    assert (file.returncode, revision.returncode, same.returncode) == (1, 1, 0)
    assert neither.returncode == 2
    assert "there is no file 'profiles/now.yaml', nor is it a revision: " in neither.stderr
    assert file.stdout.startswith("profiles/new.yaml and profiles/web.yaml differ\n")
    assert revision.stdout.startswith("HEAD:profiles/web.yaml and profiles/web.yaml differ\n")
