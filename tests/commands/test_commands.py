"""Test what the commands that only look print, and how they exit."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import yaml

from assembler.commands import COMMANDS
from assembler.runners.serve import TABLE
from assembler.steps.adapters import ADAPTER_NAMES
from tests.support.processes import ROOT, run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

FILES = {
    "base.yaml": """\
version: 1
abstract: true
config:
  - use: values
    with: {HOST: mail.example.org, DB_PASSWORD: hunter2, URL: "postgresql://u:pw@h/db"}
""",
    "web.yaml": """\
extends: base.yaml
app: {with: {import_name: project}}
config:
  - {name: values, with: {HOST: "${HOST:-localhost}", DSN: "${MAIL_DSN:-}"}}
extensions:
  - proxy_fix
  - {use: "project:setup", when: {$config: HOST}}
""",
    "project.py": "raise RuntimeError('nothing of the project is imported')\n",
}
OBJECTS = {
    "parts.py": """\
class Mail:
    \"\"\"Send mail.

    Args:
        server: Where mail
            is sent. Longer ago it was elsewhere.
    \"\"\"

    def __init__(self, server: str, port: int = 25):
        self.server = server

    def init_app(self, app, sender="no-reply@"):
        \"\"\"Take the app.

        :param sender: Who sends.
        \"\"\"


mail = Mail("localhost")


def init_app(app):
    pass


def setup(app, limit=None, **more):
    \"\"\"Set up.

    Parameters
    ----------
    limit : int
        How many at most.
    \"\"\"


print("imported")
""",
}


def run(
    folder: Path, *args: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a project whose module must not be imported."""
    write_files(folder, FILES)
    return run_cli(["-m", "assembler", *args], folder, env)


def test_show_prints_the_composed_profile_with_secrets_masked(tmp_path: Path) -> None:
    """As YAML that reads back as the same profile."""
    done = run(tmp_path, "show", "web.yaml", env={"MAIL_DSN": "smtp://secret"})
    assert (done.returncode, done.stderr) == (0, "")
    shown = yaml.safe_load(done.stdout)
    assert shown["config"][0]["with"] == {
        "HOST": "localhost",
        "DB_PASSWORD": "***",
        "URL": "postgresql://u:***@h/db",
        "DSN": "***",
    }
    assert shown["extensions"][1] == {"use": "project:setup", "when": {"$config": "HOST"}}


def test_show_origin_prints_the_file_and_line_that_set_each_value(tmp_path: Path) -> None:
    """Of the overlay where it won, of the base where not."""
    done = run(tmp_path, "show", "web.yaml", "--origin")
    lines = {line.split("#")[0].strip(): line.split("# ")[-1] for line in done.stdout.splitlines()}
    assert lines["HOST: localhost"] == "web.yaml:4, default of HOST"
    assert lines['DB_PASSWORD: "***"'] == "base.yaml:5"
    as_json = json.loads(
        run(tmp_path, "show", "web.yaml", "--origin", "--output-format", "json").stdout
    )
    assert as_json["config[0].with.HOST"] == {
        "value": "localhost",
        "path": "web.yaml",
        "line": 4,
        "variables": [{"name": "HOST", "is_set": False, "file": None}],
    }


VARIABLES = {
    "under.yaml": """\
version: 1
abstract: true
config:
  - use: values
    with: {HOST: "${HOST:-${NAME}.test}", MAIL_PASSWORD: "${MAIL:-hunter2}", X: "${X}"}
  - use: env
    with: {prefix: SHOP}
""",
    "over.yaml": "extends: under.yaml\ndebug: ${DEBUG-no}\n",
    ".env": "NAME=shop\n",
}


def test_show_origin_prints_the_variable_that_gave_a_value(tmp_path: Path) -> None:
    """Or whose default it is, with what that is made of; and the file that sets it."""
    write_files(tmp_path, VARIABLES)
    done = run(tmp_path, "show", "over.yaml", "--origin", env={"MAIL": "secret-9", "X": "1"})
    lines = {line.split("#")[0].strip(): line.split("# ")[-1] for line in done.stdout.splitlines()}
    assert lines["HOST: shop.test"] == "under.yaml:5, default of HOST, from NAME in .env"
    assert lines['MAIL_PASSWORD: "***"'] == "under.yaml:5, from MAIL"
    assert lines['X: "1"'] == "under.yaml:5, from X"
    assert lines['debug: "no"'] == "over.yaml:2, default of DEBUG"
    assert "secret-9" not in done.stdout


def test_show_variables_lists_what_the_profile_reads(tmp_path: Path) -> None:
    """With defaults, whether each is set and by which file; no values, and no secret default."""
    write_files(tmp_path, VARIABLES)
    env = {"MAIL": "secret-9", "X": "", "SHOP_TOKEN": "secret-8"}
    done = run(tmp_path, "show", "over.yaml", "--variables", env=env)
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["variable", "state", "default", "read", "at"],
        ["DEBUG", "not", "set", "no", "over.yaml:2"],
        ["HOST", "not", "set", "${NAME}.test", "under.yaml:5"],
        ["MAIL", "set", "***", "under.yaml:5"],
        ["NAME", "set", "by", ".env", "-", "under.yaml:5"],
        ["SHOP_TOKEN", "set", "-", "under.yaml:6"],
        ["X", "empty", "-", "under.yaml:5"],
    ]
    write_files(
        tmp_path, {"none.yaml": "version: 1\nconfig: [{use: values, with: {K: '${TOKEN:-}'}}]"}
    )
    done = run(tmp_path, "show", "none.yaml", "--variables")
    assert '""' in done.stdout  # an empty default is no secret
    formats = ["--output-format", "json"]
    rows = json.loads(run(tmp_path, "show", "over.yaml", "--variables", *formats, env=env).stdout)
    assert rows[3] == {
        "name": "NAME",
        "state": "set",
        "default": None,
        "file": ".env",
        "path": "under.yaml",
        "line": 5,
    }
    assert "secret" not in done.stdout


def test_plan_prints_the_server_the_warnings_and_what_skips_a_step(tmp_path: Path) -> None:
    """The overlay's line, not that of the step in the base."""
    write_files(
        tmp_path,
        {
            "under.yaml": "version: 1\nabstract: true\nextensions:\n  - {use: 'a:b', name: one}\n",
            "over.yaml": """\
extends: under.yaml
debug: yes
extensions:
  - name: one
    when: false
server: {bind: [127.0.0.1:5001, unix:/run/shop.sock], workers: 3}
""",
        },
    )
    done = run(tmp_path, "plan", "over.yaml")
    head, server, *_, step = done.stdout.splitlines()
    assert "debug true, by the profile (over.yaml:2)" in head
    assert server == "server werkzeug on 127.0.0.1:5001, unix:/run/shop.sock, workers 1"
    assert step.split() == ["1", "extension", "one", "skipped", "when:", "false", "over.yaml:5"]
    assert "warning[ASM117]" in done.stderr
    as_json = json.loads(run(tmp_path, "plan", "over.yaml", "--output-format", "json").stdout)
    assert as_json["server"] == {
        "use": "werkzeug",
        "bind": ["127.0.0.1:5001", "unix:/run/shop.sock"],
        "workers": 1,
        "management_bind": None,
    }
    (tmp_path / "managed.yaml").write_text(
        "version: 1\nserver: {use: gunicorn, workers: 2, management_bind: ':9000'}\n"
    )
    shown = run(tmp_path, "plan", "managed.yaml").stdout.splitlines()[1]
    assert shown == "server gunicorn on 127.0.0.1:5000, workers 2, management on :9000"
    assert (as_json["steps"][0]["path"], as_json["steps"][0]["line"]) == ("over.yaml", 5)


def test_plan_ends_with_what_the_linter_finds(tmp_path: Path) -> None:
    """For people and for programs, each finding once; only an error fails."""
    head = (
        "version: 1\napp: {with: {import_name: shop}}\n"
        "config:\n  - {use: values, with: {SHOP_HOST: x, FLAG: yes}}\nextensions:\n"
    )
    warned = "  - {use: proxy_fix, when: {$config: SHOP_HSOT}}\n"
    write_files(
        tmp_path,
        {
            "pyproject.toml": "[tool.assembler]\n",
            "warned.yaml": f"{head}{warned}",
            "wrong.yaml": f"{head}{warned}  - json:boom\n",
        },
    )
    statuses, codes = [], []
    for name in ("warned", "wrong"):
        env = {"FLASK_DEBUG": "0"}
        done = run(tmp_path, "plan", f"{name}.yaml", env=env)
        as_json = run(tmp_path, "plan", f"{name}.yaml", "--output-format", "json", env=env)
        found = [one["code"] for one in json.loads(as_json.stdout)["findings"]]
        statuses.append((done.returncode, as_json.returncode))
        codes.append((re.findall(r"\[(ASM\d+)\]", done.stderr), found))
        assert "proxy_fix" in done.stdout
    assert statuses == [(0, 0), (1, 1)]
    assert codes[0] == (["ASM117", "ASM617"], ["ASM617"])
    assert codes[1] == (["ASM117", "ASM617", "ASM504"], ["ASM617", "ASM504"])


MOVED = {
    "old.yaml": "version: 1\nabstract: true\nextensions: [{use: 'a:b', name: one}, 'a:c']\n",
    "moved.yaml": "extends: old.yaml\nextensions:\n  - {name: one, after: ['a:c']}\n",
}


def test_plan_and_show_origin_name_each_move_with_both_places(tmp_path: Path) -> None:
    """For people and for programs."""
    write_files(tmp_path, MOVED)
    plan, show = ["plan", "moved.yaml"], ["show", "moved.yaml", "--origin"]
    formats = ["--output-format", "json"]

    moved = {"from": "old.yaml:3", "by": "moved.yaml:3"}
    assert (
        "extension 'one' was moved from old.yaml:3 by moved.yaml:3\n" in run(tmp_path, *plan).stdout
    )
    assert json.loads(run(tmp_path, *plan, *formats).stdout)["moves"] == [
        {"kind": "extension", "name": "one", **moved}
    ]
    shown = run(tmp_path, *show).stdout
    assert "# moved.yaml:3, moved from old.yaml:3 by moved.yaml:3\n" in shown
    assert shown.count(", moved") == 1
    origins = json.loads(run(tmp_path, *show, *formats).stdout)
    assert origins["extensions[1].name"]["moved"] == [moved]


def test_show_can_leave_the_variables_as_they_are_written(tmp_path: Path) -> None:
    """For a look at the profile and not at one environment."""
    done = run(tmp_path, "show", "web.yaml", "--no-interpolate", env={"HOST": "given"})
    assert 'HOST: "${HOST:-localhost}"' in done.stdout


def test_plan_prints_each_step_and_executes_nothing(tmp_path: Path) -> None:
    """The project's module would raise if it were imported."""
    done = run(tmp_path, "plan", "web.yaml")
    assert done.returncode == 0
    assert "RuntimeError" not in done.stderr
    assert "decided at run  config HOST" in done.stdout
    as_json = json.loads(run(tmp_path, "plan", "web.yaml", "--output-format", "json").stdout)
    assert [(step["name"], step["decision"]) for step in as_json["steps"]] == [
        ("values", "runs"),
        ("proxy_fix", "runs"),
        ("project:setup", "decided at run"),
    ]
    assert as_json["digest"].startswith("sha256:")


def test_catalog_lists_what_there_is_and_tells_of_one(tmp_path: Path) -> None:
    """With the options of the one."""
    everything = run(tmp_path, "catalog")
    assert everything.returncode == 0
    for name in ("gevent", "argument", "secret_key", "journal"):
        assert f" {name} " in everything.stdout
    one = run(tmp_path, "catalog", "database")
    assert "pool_size" in one.stdout
    as_json = json.loads(run(tmp_path, "catalog", "database", "--output-format", "json").stdout)
    assert "pool_size" in as_json[0]["options"]["properties"]


def test_catalog_lists_extensions_by_what_they_are_for(tmp_path: Path) -> None:
    """And each kind alone; a name is looked up in all of them."""
    lines = run(tmp_path, "catalog").stdout.splitlines()
    at = {line.strip().split("  ")[0]: number for number, line in enumerate(lines)}
    assert at["patches"] < at["gevent"] < at["config sources"] < at["env"]
    assert at["extensions: data"] < at["database"] < at["extensions: observability"] < at["health"]
    servers = run(tmp_path, "catalog", "--servers").stdout.splitlines()
    assert [line.split()[0] for line in servers] == ["name", "servers", *TABLE]
    adapters = run(tmp_path, "catalog", "--adapters").stdout.splitlines()
    assert [line.split()[0] for line in adapters] == ["name", "adapters", *ADAPTER_NAMES]
    both = run(tmp_path, "catalog", "--sources", "--patches", "--output-format", "json").stdout
    assert {one["kind"] for one in json.loads(both)} == {"patch", "config"}
    assert "url_prefix" in run(tmp_path, "catalog", "blueprint").stdout


def test_catalog_tells_of_an_object_without_importing_it(tmp_path: Path) -> None:
    """What `with` and `init` take, of a class, a module and an object; a slip is a diagnostic."""
    write_files(tmp_path, OBJECTS)
    assert run(tmp_path, "catalog", "parts:Mail").stdout == (
        "parts:Mail (class, as: extension): Send mail.\n\n"
        "  with    default   type  meaning\n"
        "  server  required  str   Where mail is sent.\n"
        "  port    25        int\n\n"
        "  init    default      type  meaning\n"
        "  sender  'no-reply@'        Who sends.\n"
    )
    assert "  with: nothing" in run(tmp_path, "catalog", "parts:").stdout
    assert "(instance, as: extension)" in run(tmp_path, "catalog", "parts:mail").stdout
    as_json = run(tmp_path, "catalog", "parts:setup", "--output-format", "json").stdout
    (found,) = json.loads(as_json)
    assert (found["as"], [one["name"] for one in found["with"]]) == ("call", ["limit", "**more"])
    assert found["with"][0]["meaning"] == "How many at most."
    done = run(tmp_path, "catalog", "parts:Mai")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Did you mean " in done.stderr


def test_an_unknown_catalogue_name_is_wrong_usage(tmp_path: Path) -> None:
    """And what was meant is said."""
    done = run(tmp_path, "catalog", "databse")
    assert done.returncode == 2
    assert "Did you mean 'database'?" in done.stderr


def test_a_diagnostic_goes_to_stderr_and_json_to_stdout(tmp_path: Path) -> None:
    """Exactly the contract's line, and its keys."""
    head = "version: 1\napp: {with: {import_name: shop}}\n"
    write_files(tmp_path, {"bad.yaml": f"{head}extensions:\n  - databse\n"})
    done = run(tmp_path, "plan", "bad.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "bad.yaml:4:5: error[ASM502] no extension is called 'databse' [unknown-name]\n"
        "  hint: Did you mean 'database'?\n"
    )
    (found,) = json.loads(run(tmp_path, "plan", "bad.yaml", "--output-format", "json").stdout)
    assert list(found) == [
        "path", "line", "column", "end_line", "end_column", "severity", "code", "name",
        "message", "hint", "url", "related", "fix",
    ]  # fmt: skip
    assert (found["line"], found["column"], found["end_column"]) == (4, 5, 12)


def test_plan_names_all_that_lint_finds_in_a_profile_that_cannot_be_loaded(tmp_path: Path) -> None:
    """In the order of the file, and not what keeps it from being loaded alone."""
    text = "version: 1\nextensions:\n  - databse\n  - missing:x\n"
    write_files(tmp_path, {"bad.yaml": text})
    found = json.loads(run(tmp_path, "plan", "bad.yaml", "--output-format", "json").stdout)
    assert [one["name"] for one in found] == [
        *("import-name-missing", "unknown-name", "module-not-found"),
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(tmp_path: Path, name: str) -> None:
    """That can be read without a profile, and without Flask."""
    done = run(tmp_path, name, "--help")
    assert done.returncode == 0
    assert f"assembler {name}" in done.stdout
    assert "Examples:" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_knows_every_command(tmp_path: Path, shell: str) -> None:
    """The script for the shell, and the completions that it asks for."""
    done = run(tmp_path, env={"_ASSEMBLER_COMPLETE": f"{shell}_source"})
    assert done.returncode == 0, done.stderr
    assert "_ASSEMBLER_COMPLETE" in done.stdout
    completed = run(
        tmp_path,
        env={
            "_ASSEMBLER_COMPLETE": "bash_complete",
            "COMP_WORDS": "assembler mi",
            "COMP_CWORD": "1",
        },
    )
    assert completed.stdout.split() == ["plain,migrate"]


def test_importing_assembler_imports_no_flask() -> None:
    """Nor does the help: patches must not come too late."""
    code = "import sys, assembler, assembler.__main__; print('flask' in sys.modules)"
    assert run_cli(["-c", code], ROOT).stdout == "False\n"


@pytest.mark.parametrize("workers", ["0", "x", "-1"])
def test_workers_option_rejects_what_is_not_a_number(tmp_path: Path, workers: str) -> None:
    """It is the command line's fault, and not the profile's."""
    done = run(tmp_path, "run", "web.yaml", "--workers", workers)
    assert (done.returncode, done.stdout) == (2, "")
    assert f'expected a number from 1, or auto, got "{workers}"' in done.stderr


@pytest.mark.parametrize("bind", ["nonsense", "127.0.0.1:99999", "127.0.0.1", "unix:"])
def test_bind_option_rejects_what_is_not_an_address(tmp_path: Path, bind: str) -> None:
    """As it is the command line's fault; in the profile it is a diagnostic."""
    done = run(tmp_path, "run", "web.yaml", "--bind", bind)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for '--bind'" in done.stderr


@pytest.mark.parametrize(
    "command", [["plan", "bad.yaml"], ["show", "bad.yaml"], ["lint", "bad.yaml"]]
)
def test_every_format_is_known_to_every_command_that_prints(
    tmp_path: Path, command: list[str]
) -> None:
    """`full` with the excerpt wherever it goes, `concise` without."""
    policy = '[tool.assembler]\npackage = "shop"\n'
    files = {"pyproject.toml": policy, "bad.yaml": "version: 1\nextentions: []\n"}
    write_files(tmp_path, files)
    said = {
        chosen: run(tmp_path, *command, "--output-format", chosen)
        for chosen in ("full", "concise", "json")
    }
    assert {done.returncode for done in said.values()} == {1}
    assert "2 | extentions: []" in said["full"].stdout + said["full"].stderr
    assert "2 | extentions" not in said["concise"].stdout + said["concise"].stderr
    assert json.loads(said["json"].stdout)[0]["code"] == "ASM201"
