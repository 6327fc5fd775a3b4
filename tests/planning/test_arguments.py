"""What the caller passes as arguments is what the profile asks for, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from assembler.diagnostics.diagnostic import ProfileError
from tests.support.projects import HEAD, in_folder, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask

PARTS = """\
def keep(app, **options):
    app.kept = options


VALUE = object()
"""
PROFILE = (
    HEAD.replace("project}", "project, static_folder: {$argument: static, default: null}}")
    + """\
config:
  - use: values
    with: {TENANT: {$argument: tenant}, POOL: {$argument: pool, default: "${POOL:-5}"}}
extensions:
  - use: parts:keep
    with: {clock: {$argument: clock, default: {$import: "parts:VALUE"}}}
"""
)


def make(folder: Path, arguments: Mapping[str, object], profile: str = PROFILE) -> Flask:
    """Assemble a profile with arguments."""
    files = {"web.yaml": profile, "project.py": "", "parts.py": PARTS}
    write_files(folder, files)
    with in_folder(folder):
        return create_app("web.yaml", arguments=arguments, env={})


def find_faults(folder: Path, arguments: Mapping[str, object]) -> list[tuple[str, str | None]]:
    """Return the messages and hints of a call that is refused."""
    with pytest.raises(ProfileError) as caught:
        make(folder, arguments)
    return [(f"{found.code} {found.message}", found.hint) for found in caught.value.diagnostics]


def test_arguments_stand_wherever_a_reference_may(tmp_path: Path) -> None:
    """In the app, in config and in extensions; they are the very objects."""
    clock = object()
    passed = {"tenant": "east", "static": "assets", "pool": 7, "clock": clock}
    app = make(tmp_path, passed)
    assert app.static_folder is not None
    assert app.static_folder.endswith("/assets")
    assert (app.config["TENANT"], app.config["POOL"]) == ("east", 7)
    assert app.kept == {"clock": clock}  # type: ignore[attr-defined]  # the step sets it


def test_default_stands_in_for_what_was_not_passed(tmp_path: Path) -> None:
    """It is any value, with variables and references in it."""
    app = make(tmp_path, {"tenant": None})
    assert (app.static_folder, app.config["TENANT"], app.config["POOL"]) == (None, None, "5")
    assert type(app.kept["clock"]) is object  # type: ignore[attr-defined]  # the step sets it


def test_argument_that_is_missing_is_reported_where_it_is_asked_for(tmp_path: Path) -> None:
    """With what to write in the call."""
    hint = 'Pass `arguments={"tenant": …}` to `create_app`, or write a `default`.'
    message = 'ASM526 the caller passed no argument "tenant"'
    assert find_faults(tmp_path, {}) == [(message, hint)]


def test_argument_that_nothing_asks_for_is_refused(tmp_path: Path) -> None:
    """A misspelt one would silently be the default."""
    assert find_faults(tmp_path, {"tenant": 1, "pol": 2, "zebra": 3}) == [
        ('ASM527 the profile takes no argument "pol"', "Did you mean 'pool'?"),
        (
            'ASM527 the profile takes no argument "zebra"',
            "It takes 'static', 'tenant', 'pool', 'clock'.",
        ),
    ]


def test_mounted_profile_gets_the_arguments(tmp_path: Path) -> None:
    """It may ask for more than the one that mounts it."""
    write_files(tmp_path, {"inner.yaml": PROFILE})
    outer = HEAD + "extensions: [{use: inner.yaml, name: inner, as: mount, with: {path: /in}}]\n"
    app = make(tmp_path, {"tenant": "east"}, outer)
    assert app.extensions["assembler"].outcome == "done"
    write_files(tmp_path, {"inner.yaml": PROFILE})
    with pytest.raises(ProfileError, match="ASM526"):
        make(tmp_path, {}, outer)


def test_secret_argument_is_masked(tmp_path: Path) -> None:
    """By its name, as a key of config is."""
    profile = HEAD + "extensions:\n  - {use: parts:fail, with: {text: {$argument: api_token}}}\n"
    write_files(tmp_path, {"web.yaml": profile, "project.py": ""})
    write_files(tmp_path, {"parts.py": "def fail(app, text):\n    raise RuntimeError(text)\n"})
    with in_folder(tmp_path), pytest.raises(ProfileError) as caught:
        create_app("web.yaml", arguments={"api_token": "geheim-4815162342"}, env={})
    assert "geheim" not in str(caught.value)
    assert "***" in str(caught.value)
