"""Linting a profile and running it point at the same place for the same fault."""

from __future__ import annotations

from contextlib import chdir
from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from assembler.diagnostics.diagnostic import ProfileError
from tests.support.linting import lint_files
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"shop_places/__init__.py": "def on(error):\n    return 'no'\n"}
HEAD = "version: 1\napp: {with: {import_name: shop_places}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "config:\n- use: values\n  with: {SQLALCHEMY_DATABASE_URI: shop}\nextensions: [database]",
        (
            "config:\n- use: values\n  with:\n    SQLALCHEMY_DATABASE_URI: 'postgressql://db/shop'\n"
            "extensions: [database]"
        ),
        (
            "config:\n- use: values\n  with:\n    SQLALCHEMY_DATABASE_URI: 'sqlite://'\n"
            "    SQLALCHEMY_BINDS:\n      logs: {url: shop}\nextensions: [database]"
        ),
        "extensions:\n- use: database\n  with:\n    url: shop",
        "config:\n- use: object\n  with:\n    target: shop_places:Settings",
        "config:\n- use: settings\n  with:\n    target: shop_places.nope:Settings",
        "config:\n- use: file\n  with:\n    path: missing.toml",
        "config:\n- use: argument\n  with:\n    default: shop_places:Settings",
        "config:\n- use: shop_places:load",
        "config:\n- use: values\n  with:\n    KEY: {$import: 'shop_places:nope'}",
        "config:\n- use: values\n  with:\n    KEY: {$call: 'shop_places:nope'}",
        "extensions:\n- use: shop_places:nope",
        "extensions:\n- use: shop_places:on\n  as: error_handler\n  with:\n    for: 99",
        "extensions:\n- {use: 'shop_places:on', as: error_handler, with: {for: 'shop_places:N'}}",
        "extensions:\n- use: imports\n  with:\n    modules: [shop_places, shop_places.nope]",
        "extensions:\n- use: attributes\n  with:\n    testing: true",
        "extensions:\n- use: logging\n  with: {format: {$app: instance_pth}}",
    ],
)
def test_lint_and_run_agree_on_the_place(tmp_path: Path, text: str) -> None:
    """Of the first fault: at the URL, at the target, at the option."""
    found = lint_files(tmp_path, {**FILES, "web.yaml": f"{HEAD}{text}\n"}, env={})
    with chdir(tmp_path), pytest.raises(ProfileError) as raised:
        create_app("web.yaml", env={})
    run = raised.value.diagnostics[0]
    assert (run.code, run.place) in [(one.code, one.place) for one in found]


COMMANDS = (
    ("lint", "web.yaml", "--env"),
    ("plan", "web.yaml"),
    ("flask", "web.yaml", "routes"),
    ("run", "web.yaml", "--bind", "127.0.0.1:0"),
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("config:\n- use: values\n  with: {SQLALCHEMY_DATABASE_URI: shop}", "5:35: error[ASM613]"),
        (
            "config:\n- use: values\n  with: {SQLALCHEMY_DATABASE_URI: '${SHOP_URL}'}",
            "5:35: error[ASM613]",
        ),
        ("config:\n- use: object\n  with: {target: 'shop_places:Nope'}", "5:18: error[ASM504]"),
        ("extensions:\n- shop_places.nope:Mail", "4:3: error[ASM503]"),
        ("extensions:\n- use: shop_places:pay\n  with: {tmeout: 5}", "5:10: error[ASM508]"),
        ("config:\n- use: values\n  with: {KEY: '${SHOP_KEY}'}", "5:16: error[ASM304]"),
    ],
)
def test_commands_agree_on_the_place(tmp_path: Path, text: str, place: str) -> None:
    """Of the only fault, in the same words, whichever command meets it."""
    database = "\nextensions: [database]" if "DATABASE" in text else ""
    write_files(
        tmp_path,
        {
            "pyproject.toml": "[tool.assembler]\n",
            "shop_places/__init__.py": "def pay(app, timeout: int = 3):\n    pass\n",
            "web.yaml": f"{HEAD}{text}{database}\n",
        },
    )
    said = {}
    for command in COMMANDS:
        done = run_cli(["-m", "assembler", *command], tmp_path, {"SHOP_URL": "postgre://db/shop"})
        assert done.returncode == 1, command
        lines = (done.stdout if command[0] == "lint" else done.stderr).splitlines()
        said[command[0]] = [line for line in lines if "error[" in line]
    assert len(said["lint"]) == 1
    assert said["lint"][0].startswith(f"web.yaml:{place} ")
    assert {name: found for name, found in said.items() if found != said["lint"]} == {}
