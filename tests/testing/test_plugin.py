"""The pytest plugin gives tests the app of a profile, patched ones in a process of their own.

Most of it is read off one run of pytest in a project of its own, which measures coverage.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

# Without the plugins that are installed here, which take longer to load than the tests to run.
ENV = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COVERAGE_PROCESS_CONFIG": "", "PYTEST_ADDOPTS": ""}
PYTEST = ["-m", "pytest", "-p", "assembler.testing.plugin"]
PROJECT = {
    "pyproject.toml": """\
[tool.assembler]
package = "shop"
[tool.pytest.ini_options]
pythonpath = ["."]
testpaths = ["tests"]
filterwarnings = ["error"]
addopts = ["--strict-markers"]
""",
    "shop.py": """\
import socket

from flask import Blueprint, current_app
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
blueprint = Blueprint("shop", __name__)


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@blueprint.get("/")
def index():
    if socket.socket.__module__ == "gevent._socket3":
        return {"patched": True, "greeting": current_app.config["GREETING"]}
    return {"patched": False, "greeting": current_app.config["GREETING"]}


@blueprint.post("/notes")
def add():
    db.session.add(Note())
    db.session.commit()
    return {"notes": db.session.query(Note).count()}


@blueprint.cli.command("greet")
def greet():
    print(current_app.config["GREETING"])
""",
    "profiles/test.yaml": """\
version: 1
role: test
config:
  - {use: values, with: {GREETING: hello, SQLALCHEMY_DATABASE_URI: "sqlite:///notes.db"}}
extensions:
  - {use: database, with: {db: {$import: "shop:db"}}}
  - shop:blueprint
""",
    "profiles/web.yaml": "version: 1\nextends: test.yaml\nrole: web\npatches: [gevent]\n",
    "profiles/plain.yaml": "version: 1\nextensions: []\n",
    "profiles/broken.yaml": "version: 1\nextensions: [databse]\n",
    "tests/conftest.py": """\
import pytest


@pytest.fixture(scope="module")
def asked():
    asked = []
    yield asked
    print("torn down after", len(asked))
""",
    "tests/test_shop.py": """\
import os

import pytest


def test_setting(assembled_client):
    assert assembled_client.get("/").json == {"patched": False, "greeting": "hello"}


def test_runner(assembled_runner):
    assert assembled_runner.invoke(args=["shop", "greet"]).output == "hello\\n"


@pytest.mark.profiles("test", "web", config={"GREETING": "bye"})
def test_marker(assembled_app, assembled_client, asked):
    is_web = assembled_app.extensions["assembler"].role == "web"
    asked.append(is_web)
    print("printed by", is_web)
    assert assembled_client.get("/").json == {"patched": is_web, "greeting": "bye"}


@pytest.mark.profiles("web")
def test_same_process(assembled_client, asked, tmp_path):
    assert asked == [True], "the fixture is shared with the test before"
    assert tmp_path.is_dir()


@pytest.mark.profiles("web")
def test_fails(assembled_client):
    print("seen in the report")
    assert assembled_client.get("/").json == {}


@pytest.mark.profiles("web")
def test_skips(assembled_client):
    pytest.skip("not today")


@pytest.mark.profiles("web")
@pytest.mark.xfail(strict=True)
def test_xfails(assembled_client):
    assert False


@pytest.mark.profiles("web")
def test_ends_its_process(assembled_client):
    os._exit(7)


@pytest.mark.profiles("web")
def test_goes_on(assembled_client):
    assert assembled_client.get("/").json["patched"]


@pytest.mark.profiles("web", patches="assume")
def test_assumes(assembled_client):
    assert assembled_client.get("/").json["patched"] is False


@pytest.mark.profiles("test", database="savepoint")
@pytest.mark.parametrize("time", ["first", "second"])
def test_savepoint(assembled_app, assembled_client, time):
    from shop import db

    with assembled_app.app_context():
        db.create_all()
    assert assembled_client.post("/notes").json == {"notes": 1}
    assert assembled_client.post("/notes").json == {"notes": 2}


@pytest.mark.profiles("plain", database="savepoint")
def test_no_database(assembled_app):
    pass


def test_refuses_patches(assemble_app):
    assemble_app("web")


@pytest.mark.profiles("broken")
def test_broken(assembled_client):
    pass


@pytest.mark.profiles("test", confg={})
def test_typo(assembled_client):
    pass


class TestOverride:
    @pytest.fixture
    def assembler_config(self):
        return {"GREETING": "good morning"}

    def test_config(self, assembled_client):
        assert assembled_client.get("/").json["greeting"] == "good morning"

    @pytest.mark.parametrize("assembled_profile", ["profiles/test.yaml"], indirect=True)
    def test_path(self, assembled_client):
        assert assembled_client.get("/").status_code == 200


def test_closes(assemble_app):
    assert assemble_app("test") is not assemble_app("test", config={"GREETING": "twice"})
""",
    "tests/test_zoo.py": """\
def test_next_module(assembled_client):
    assert assembled_client.get("/").status_code == 200
""",
}


OUTCOMES = {"failure": "failed", "error": "failed", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of pytest said of each test."""

    done: subprocess.CompletedProcess[str]
    outcomes: dict[str, str]  # passed, failed, skipped, by the test's name
    messages: dict[str, str]
    printed: dict[str, str]


def run_pytest(folder: Path, *args: str, measured: bool = False) -> Run:
    """Run pytest in a project, and read the file of results."""
    before = ["-m", "coverage", "run", "--branch", "--source=shop"] if measured else []
    command = [*before, *PYTEST, "--junitxml=results.xml", "-o", "junit_logging=all", *args]
    done = run_cli(command, folder, ENV, timeout_seconds=300)
    assert (folder / "results.xml").is_file(), done.stdout + done.stderr
    run = Run(done, {}, {}, {})
    for case in ET.parse(folder / "results.xml").iter("testcase"):  # noqa: S314 - pytest's own
        name = case.attrib["name"]
        if name == "lint":
            name = f"{case.attrib['classname']} {name}"
        parts = {part.tag: part for part in case}
        fault = next((parts[tag] for tag in ("failure", "error", "skipped") if tag in parts), None)
        run.outcomes[name] = "passed" if fault is None else OUTCOMES[fault.tag]
        run.messages[name] = "" if fault is None else f"{fault.get('message')}\n{fault.text}"
        run.printed[name] = "".join(
            part.text or "" for tag, part in parts.items() if tag.startswith("system-")
        )
    return run


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the project."""
    folder = tmp_path_factory.mktemp("plugin")
    write_files(folder, PROJECT)
    return folder


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    """Return what one run of all its tests said, coverage measured and profiles linted."""
    return run_pytest(project, "--assembler-lint", measured=True)


PASS = [
    *("test_setting", "test_runner", "test_marker[test]", "test_marker[web]", "test_goes_on[web]"),
    *("test_same_process[web]", "test_assumes[web]", "test_closes", "test_config"),
    *("test_savepoint[test-first]", "test_savepoint[test-second]", "test_next_module"),
    *("test_path[profiles/test.yaml]", "profiles.test.yaml lint", "profiles.web.yaml lint"),
]
FAIL = {
    "test_fails[web]": "{'greeting': 'hello', 'patched': True} == {}",
    "test_ends_its_process[web]": "the process for patched profiles ended with status 7",
    "test_no_database[plain]": "a savepoint needs a database",
    "test_refuses_patches": "the profile 'web' has patches",
    "test_broken[broken]": "no extension is called 'databse'",
    "test_typo[test]": "unknown argument 'confg'. Use config,",
    "profiles.broken.yaml lint": "Did you mean 'database'?",
}


@pytest.mark.parametrize("name", PASS)
def test_plugin_runs(run: Run, name: str) -> None:
    """Each of these claims is a test of the project."""
    assert run.outcomes[name] == "passed", run.messages[name]


@pytest.mark.parametrize("name", FAIL)
def test_plugin_tells_what_failed(run: Run, name: str) -> None:
    """In its own words, and without a traceback of its own code."""
    assert run.outcomes[name] == "failed"
    assert FAIL[name] in run.messages[name]
    assert "assembler/testing" not in run.messages[name]


def test_reports_of_a_patched_process_are_pytest_s(run: Run) -> None:
    """Skips, expected failures and what a test prints are there as of any other test."""
    assert "not today" in run.messages["test_skips[web]"]
    assert run.outcomes["test_xfails[web]"] == "skipped"
    assert "printed by True" in run.printed["test_marker[web]"]
    assert "seen in the report" in run.printed["test_fails[web]"]
    assert run.done.returncode == 1


def test_coverage_of_a_patched_process_is_kept(run: Run, project: Path) -> None:
    """In the one file, without a setting: the line that only a patched process reaches is in it."""
    assert run.outcomes["test_marker[web]"] == "passed"
    done = run_cli(["-m", "coverage", "json", "-q", "-o", "-"], project, ENV)
    lines = PROJECT["shop.py"].splitlines()

    (file,) = json.loads(done.stdout)["files"].values()

    assert not [line for line in file["missing_lines"] if "return" in lines[line - 1]]


def test_patched_tests_run_under_xdist(project: Path) -> None:
    """Each worker has its own process, for the tests that it is given."""
    args = ["-p", "xdist.plugin", "-n", "1", "-k", "test_marker or same_process", "-s"]

    run = run_pytest(project, *args)

    outcomes = {name: run.outcomes.get(name) for name in PASS[2:4]}
    assert outcomes == dict.fromkeys(outcomes, "passed"), run.done.stdout


def test_command_line_names_the_profile(project: Path) -> None:
    """And wins over the setting; with `-s` a patched test prints, too."""
    args = ["--assembler-profile", "web", "-s", "-k", "test_setting or test_runner"]

    run = run_pytest(project, *args)

    assert "'patched': True" in run.messages["test_setting"]
    assert run.outcomes["test_runner"] == "passed"


def test_name_that_no_profile_has_is_told_with_how_to_name_one(project: Path) -> None:
    """The default, `test`, need not be there."""
    done = run_cli([*PYTEST, "--assembler-profile", "tset", "-k", "test_setting"], project, ENV)
    assert (
        "no profile is called 'tset' in profiles. Name one with --assembler-profile" in done.stdout
    )


def test_starting_pytest_loads_nothing_heavy(tmp_path: Path) -> None:
    """A suite that never asks for an app pays for the plugin's one module."""
    write_files(tmp_path, {"test_it.py": "import sys\ndef test_it(): print(*sys.modules)\n"})

    done = run_cli([*PYTEST, "-s", "-q"], tmp_path, ENV)

    loaded = set(done.stdout.split())
    assert "assembler.testing.plugin" in loaded
    assert {name for name in loaded if name.startswith("assembler")} == {
        *("assembler", "assembler.testing", "assembler.testing.plugin", "assembler.version")
    }
    assert not loaded & {"flask", "pydantic", "yaml", "gevent", "click"}
