"""Carry out what docs/deploy-container.md tells people to do, as far as it goes without Docker."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.container import Container, Image, get_main_process
from tests.support.dockerfile import parse_dockerfile, parse_exec
from tests.support.processes import ROOT, free_port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

PAGE = (ROOT / "docs" / "deploy-container.md").read_text("utf-8")
COMMANDS = [shlex.split(line) for line in re.findall(r"^\$ (.+)$", PAGE, re.MULTILINE)]
RUNS = [command[2:] for command in COMMANDS if command[:2] == ["docker", "run"]]
EXECS = [command[3:] for command in COMMANDS if command[:2] == ["docker", "exec"]]
USER = 10001
NAME = "journal:1"


def build_parser() -> argparse.ArgumentParser:
    """Build a parser of the options of ``docker run`` that the page uses, and of no others."""
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    for flag in ("--rm", "--detach", "--read-only"):
        parser.add_argument(flag, action="store_true")
    for option in ("--name", "--stop-timeout", "--publish"):
        parser.add_argument(option)
    for option in ("--env", "--volume", "--tmpfs", "--cap-drop", "--security-opt"):
        parser.add_argument(option, action="append", default=[])
    parser.add_argument("image")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser


def read_run(
    image: Image, words: list[str], folder: Path, port: int
) -> tuple[Container, list[str]]:
    """Return the container that ``docker run WORDS`` makes, and what runs in it.

    A volume is a folder of the test's; so is ``/tmp``, which the image has for itself.
    """
    given = build_parser().parse_args(words)
    assert given.image == NAME
    mounts: dict[str, Path | None] = dict.fromkeys(["/tmp", "/run/assembler"])  # noqa: S108 - the container's
    mounts |= dict.fromkeys(given.tmpfs)
    for volume in given.volume:
        outside, inside, *_ = volume.split(":")
        mounts[inside] = folder / outside
    container = replace(
        image.container,
        mounts=mounts,
        is_read_only=given.read_only,
        env={
            **image.container.env,
            **dict(pair.split("=", 1) for pair in given.env),
            "BIND": f"127.0.0.1:{port}",
            "DRAIN_SECONDS": "0.5",
            "WORKERS": "1",
        },
    )
    entry = parse_exec(image.stage.get("ENTRYPOINT"))
    return container, [*entry, *given.command] if given.command else image.command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return what the page has made before it runs anything: the key, and an empty volume."""
    (key,) = (command for command in COMMANDS if command[-1] == "secret_key")
    assert key[:2] == ["python3", "-c"]
    made = subprocess.run([sys.executable, *key[1:3]], capture_output=True, check=True)
    (tmp_path / "secret_key").write_bytes(made.stdout)
    (tmp_path / "journal").mkdir()
    os.chown(tmp_path / "journal", USER, USER)
    return tmp_path


@pytest.mark.parametrize("number", [1, 2], ids=["plain", "read-only"])
def test_the_page_s_commands_serve_the_journal(
    number: int, image: Image, folder: Path, process: StartProcess
) -> None:
    """Migrated first; then what `docker exec` runs, the health check, and the end."""
    port = free_port()
    migrating, migrate = read_run(image, RUNS[0], folder, port)
    migrated = migrating.run(migrate)
    assert migrated.returncode == 0, migrated.stderr

    container, command = read_run(image, RUNS[number], folder, port)
    running = container.start(process, command)
    ready = running.wait_for_http(f"http://127.0.0.1:{port}/health/ready", status=200).json()
    main = get_main_process(running)
    done = [container.run_beside(running, one) for one in EXECS] if container.is_read_only else []
    check = [word.replace("5001", str(port)) for word in parse_exec(image.stage.get("HEALTHCHECK"))]
    healthy = container.run_beside(running, check)

    assert (ready["database"]["status"], ready["degraded"]) == ("head", [])
    assert main.uids().real == USER
    assert [one.returncode for one in done if one.returncode] == [], [one.stderr for one in done]
    assert "no control socket" not in running.stderr
    assert healthy.returncode == 0, healthy.stderr
    main.terminate()
    assert running.wait() == 0, running.output
    assert subprocess.run([sys.executable, *check[1:]], capture_output=True, check=False).returncode


def test_the_image_is_small_and_belongs_to_root(image: Image) -> None:
    """No pip, no source, nothing that its user may write to but two folders; bytecode is there."""
    root = image.container.root
    packages = {entry.name for entry in root.glob("venv/lib/python3.*/site-packages/*")}
    writable = image.container.run(
        ["find", "/app", "/venv", "/run", "/data", "-not", "-type", "l", "-writable"]
    )
    compiled = list(root.glob("venv/lib/python3.*/site-packages/assembler/__pycache__/report.*"))

    assert {"assembler", "flask", "gevent"} <= packages
    assert "pip" not in packages
    assert {entry.name for entry in (root / "app").iterdir()} == {
        *("migrations", "profiles", "pyproject.toml"),
    }
    assert writable.stdout.split() == ["/run/assembler", "/data"]
    assert compiled


def test_the_image_says_what_is_missing(image: Image, folder: Path) -> None:
    """Without a database or a key, one line each with what to do."""
    container, command = read_run(image, RUNS[1], folder, free_port())
    env = {key: value for key, value in container.env.items() if key != "DATABASE_URL"}
    mounts = {"/tmp": None, "/run/secrets": None, "/data": folder / "journal"}  # noqa: S108

    no_database = replace(container, env=env).run(command)
    no_key = replace(container, mounts=mounts).run(command)

    assert no_database.returncode == no_key.returncode == 1
    assert "Set DATABASE_URL." in no_database.stderr
    assert "/run/secrets/secret_key" in no_key.stderr
    assert "Traceback" not in no_database.stderr + no_key.stderr


def test_the_dockerfile_is_what_the_page_says() -> None:
    """Two stages of one slim image, a user by number, exec form, and SIGTERM."""
    builder, final = parse_dockerfile((ROOT / "Dockerfile").read_text("utf-8"))

    assert builder.base == final.base
    assert re.fullmatch(r"python:3\.\d+-slim", final.base)
    assert final.get("USER") == f"{USER}:{USER}"
    assert final.get("STOPSIGNAL") == "SIGTERM"
    assert parse_exec(final.get("ENTRYPOINT")) == ["assembler"]
    assert final.get("EXPOSE") == "5001"
    assert [text for name, text in final.steps if name == "COPY" and "--from" not in text] == [
        "pyproject.toml ./",
        "migrations ./migrations",
        "profiles ./profiles",
    ]
