"""Test that commands read `.env` and `.flaskenv` as `flask` reads them, and nothing else does."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import ProfileError
from assembler.language.environment import (
    build_child_environment,
    find_variable_file,
    load_env_files,
    restoring_environment,
)
from tests.support.commands import run_commands
from tests.support.processes import free_port, run_cli
from tests.support.projects import write_files
from tests.support.served import STRICT, Served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

LARGE = "it cannot be read: it is larger than the limit of 1,048,576 bytes"
PROFILE = """\
version: 1
app: {with: {import_name: shop}}
config: [{use: values, with: {TITLE: "${TITLE:-none}", OWNER: "${OWNER:-none}"}}]
extensions: [shop:add]
"""
SHOP = """\
import click


def add(app):
    title = app.config["TITLE"]
    app.cli.command("tell")(lambda: click.echo(f"{title} {app.config['OWNER']}"))
    app.add_url_rule("/title", "title", lambda: title)
"""
FILES = {"shop.py": SHOP, "profiles/web.yaml": PROFILE, "deep/er/empty": ""}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the working directory of a process whose environment is restored afterwards."""
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)
    yield tmp_path
    for file in tmp_path.glob(".*env"):
        file.unlink()
    load_env_files()
    os.environ.clear()
    os.environ.update(before)


def test_every_command_reads_them_as_flask_does(tmp_path: Path) -> None:
    """The nearest of each name from the current directory upward; `.env` wins."""
    flaskenv = "TITLE=flaskenv\nOWNER=flaskenv\n"
    write_files(tmp_path, {**FILES, ".env": "TITLE='from ${HOST}'\nHOST=.env\n"})
    write_files(tmp_path, {"deep/.flaskenv": flaskenv, ".env": "HOST=.env\nTITLE='from ${HOST}'\n"})
    here = tmp_path / "deep" / "er"
    profile = "../../profiles/web.yaml"
    commands = [
        ["show", profile, "--output-format", "json"],
        ["flask", profile, "tell"],
        ["lint", "--env", profile],
        ["plan", profile],
    ]
    env = {"PYTHONPATH": str(tmp_path)}

    shown, told, linted, planned = run_commands(commands, here, env)

    values = json.loads(shown.stdout)["config"][0]["with"]
    assert values == {"TITLE": "from .env", "OWNER": "flaskenv"}
    assert told.stdout == "from .env flaskenv\n", told
    assert (linted.status, planned.status) == (0, 0)


def test_what_is_set_wins(tmp_path: Path) -> None:
    """Also if it is empty; a file named on Flask's command line wins over the others."""
    files = {".env": "TITLE=.env\nOWNER=.env\n", "other": "TITLE=other\nOWNER=other\n"}
    write_files(tmp_path, {**FILES, **files})
    command = ["flask", "profiles/web.yaml"]

    (told,) = run_commands([[*command, "tell"]], tmp_path, {"TITLE": ""})
    (named,) = run_commands([[*command, "-e", "other", "tell"]], tmp_path, {"OWNER": "set"})
    (off,) = run_commands([[*command, "tell"]], tmp_path, {"FLASK_SKIP_DOTENV": "1"})

    assert told.stdout == "none .env\n", told
    assert named.stdout == "other set\n"
    assert off.stdout == "none none\n"


def test_a_policy_is_never_taken_from_a_file(tmp_path: Path) -> None:
    """The command says so, and goes on under the policy of the folder."""
    files = {".env": "ASSEMBLER_POLICY=loose.toml\n", "loose.toml": "[tool.assembler]\n"}
    policy = '[tool.assembler]\nallow = ["other"]\n'
    write_files(tmp_path, {**FILES, **files, "pyproject.toml": policy})

    (told,) = run_commands([["flask", "profiles/web.yaml", "tell"]], tmp_path)
    entry = ["-m", "flask", "--app", "assembler.wsgi", "tell"]
    flask = run_cli(entry, tmp_path, {"ASSEMBLER_PROFILE": "profiles/web.yaml"})

    assert told.status == 1
    assert "ASM133" in told.stderr
    assert "ASM701" in told.stderr
    # Flask has read the file by then: whether the value came from there is not known any more.
    assert "error[ASM704] ASSEMBLER_POLICY is set in a file" in flask.stderr


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"A=1\n\n  if true; then\n", ".env:3:3", "expected KEY=value"),
        (b"A=\xff\n", ".env:1:1", "it is not UTF-8"),
        (b'A="1\0"\n', ".env:1:1", '"A" has a null character'),
        (b"#" * (1024 * 1024 + 1), ".env:1:1", LARGE),
    ],
    ids=["line", "encoding", "null", "size"],
)
def test_a_broken_file_is_a_diagnostic(
    content: bytes, place: str, reason: str, tmp_path: Path
) -> None:
    """Of every command that reads it; asking for help reads none."""
    write_files(tmp_path, FILES)
    (tmp_path / ".env").write_bytes(content)
    commands = [["plan", "profiles/web.yaml"], ["lint", "--env"], ["plan", "--help"]]

    planned, linted, helped = run_commands(commands, tmp_path)

    expected = f"{place}: error[ASM132] the file of environment variables is broken: {reason} "
    assert (planned.status, linted.status, helped.status) == (1, 1, 0)
    assert planned.stderr.startswith(expected)
    assert linted.stdout.startswith(expected)


def test_another_call_reads_them_anew(folder: Path) -> None:
    """What they gave is taken back, what was set or changed since stays."""
    (folder / ".env").write_text("TITLE=one\nOWNER=one\nHOST=one\n", "utf-8")
    os.environ["HOST"] = "set"
    load_env_files()
    assert [os.environ[name] for name in ("TITLE", "OWNER", "HOST")] == ["one", "one", "set"]
    assert find_variable_file("TITLE") == folder / ".env"
    assert find_variable_file("HOST") is None
    assert find_variable_file("NOBODY") is None
    assert "TITLE" not in build_child_environment()

    os.environ["OWNER"] = "app"
    (folder / ".env").write_text("TITLE=two\nOWNER=two\n", "utf-8")
    load_env_files()
    assert (os.environ["TITLE"], os.environ["OWNER"]) == ("two", "app")
    assert find_variable_file("OWNER") is None

    (folder / ".env").unlink()
    load_env_files()
    assert "TITLE" not in os.environ


def test_a_broken_file_changes_nothing(folder: Path) -> None:
    """Nor does what fails after it was read."""
    (folder / ".env").write_text("TITLE=one\n", "utf-8")
    load_env_files()
    (folder / ".env").write_text("TITLE=two\nif true; then\n", "utf-8")
    with pytest.raises(ProfileError, match="ASM132"):
        load_env_files()
    assert os.environ["TITLE"] == "one"

    def reload() -> None:
        with restoring_environment():
            load_env_files()
            assert os.environ["TITLE"] == "three"
            raise KeyError

    (folder / ".env").write_text("TITLE=three\n", "utf-8")
    with pytest.raises(KeyError):
        reload()
    assert os.environ["TITLE"] == "one"
    load_env_files()
    assert os.environ["TITLE"] == "three"


def test_create_app_reads_none(tmp_path: Path) -> None:
    """A test's app does not depend on what a developer has beside it."""
    write_files(tmp_path, {**FILES, ".env": "TITLE=.env\n"})
    code = (
        "from assembler import create_app; print(create_app('profiles/web.yaml').config['TITLE'])"
    )
    done = run_cli(["-c", code], tmp_path)
    assert done.stdout == "none\n", done.stderr


@pytest.mark.parametrize("switch", ["", "1"])
def test_a_server_reads_them_only_if_told(
    switch: str, tmp_path: Path, process: StartProcess
) -> None:
    """Without that, it is told once that one lies there."""
    write_files(tmp_path, {**FILES, ".env": "TITLE=.env\nASSEMBLER_PROFILE=profiles/web.yaml\n"})
    port = free_port()
    args = [*STRICT, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    env = {"ASSEMBLER_DOTENV": switch}
    if not switch:
        env["ASSEMBLER_PROFILE"] = "profiles/web.yaml"
    served = Served.start_command(process, tmp_path, [*args, "assembler.wsgi:app"], port, env)
    served.process.wait_for_http(f"{served.url}/title", status=200)
    served.wait_for_reports(2)

    assert served.get("/title").text == (".env" if switch else "none")
    notes = [line for line in served.process.stderr.splitlines() if "ASM133" in line]
    assert [line.partition(": ")[0] for line in notes] == ([] if switch else [".env:1:1"])


def test_hup_reads_them_anew(tmp_path: Path, process: StartProcess) -> None:
    """A profile that is broken by then keeps what they gave before."""
    text = 'config: [{use: values, with: {TITLE: "${TITLE}"}}]\nextensions: [shop:add]\n'
    write_files(tmp_path, {"shop.py": SHOP.replace("'OWNER'", "'TITLE'"), ".env": "TITLE=one\n"})
    served = Served.start_unready(process, tmp_path, text)
    served.process.wait_for_http(f"{served.url}/title", status=200)
    assert served.get("/title").text == "one"

    (tmp_path / ".env").write_text("TITLE=two\n", "utf-8")
    served.process.popen.send_signal(1)
    served.process.wait_for_line("Generation 2 serves")
    served.wait_for_reports(2)
    assert served.get("/title").text == "two"


@pytest.mark.parametrize(
    ("args", "edits"),
    [
        (["run", "profiles/web.yaml", "--debug", "--bind", "127.0.0.1:{port}"], [2, None, 3]),
        (["flask", "profiles/web.yaml", "run", "--port", "{port}"], [2, 3]),
    ],
)
def test_an_edit_restarts_the_reloader_and_is_read(
    tmp_path: Path, process: StartProcess, args: list[str], edits: list[int | None]
) -> None:
    """The process that serves gets the environment without what the file said before."""
    profile = f"{PROFILE}debug: ${{DEBUG:-false}}\n"
    file = tmp_path / ".env"
    write_files(tmp_path, {**FILES, "profiles/web.yaml": profile, ".env": "TITLE=1\nDEBUG=yes\n"})
    port = free_port()
    command = ["-m", "assembler", *(one.format(port=port) for one in args)]
    served = Served.start_command(process, tmp_path, command, port)
    served.process.wait_for_http(f"{served.url}/title", status=200)
    assert served.get("/title").text == "1"

    for count, edit in enumerate(edits, start=2):
        if edit is None:
            file.unlink()
        else:
            file.write_text(f"TITLE={edit}\nDEBUG=yes\n", "utf-8")
        served.wait_for_reports(count)
        served.process.wait_for_http(f"{served.url}/title", status=200)
        assert served.get("/title").text == str(edit or "none")
