"""Lint from another directory finds the project by its policy, or says once that it does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = "version: 1\nextensions:\n  - shop.auth:blueprint\n  - {use: 'shop.mail:Mail', name: m}\n"
NAMED = PROFILE.replace("extensions", "app: {with: {import_name: shop}}\nextensions")
FILES = {
    "project/shop/__init__.py": "",
    "project/shop/auth.py": "from flask import Blueprint\nblueprint = Blueprint('a', __name__)\n",
    "project/shop/mail.py": "class Mail:\n    def init_app(self, app): ...\n",
    "project/profiles/web.yaml": PROFILE,
    "project/profiles/worker.yaml": PROFILE,
    "elsewhere/note.txt": "",
}
POLICY = {"project/pyproject.toml": '[tool.assembler]\npackage = "shop"\n'}


def lint(folder: Path, start: str, *args: str) -> tuple[int, list[dict[str, Any]]]:
    """Lint from the folder ``start``; return the status and what was found."""
    done = run_cli(["-m", "assembler", "lint", "--output-format", "json", *args], folder / start)
    return done.returncode, json.loads(done.stdout)


def test_root_of_the_policy_is_on_the_module_path(tmp_path: Path) -> None:
    """From below the root, and from anywhere with `--policy`; deeply as well."""
    write_files(tmp_path, {**FILES, **POLICY})
    policy = ["--policy", "../project/pyproject.toml"]
    assert lint(tmp_path, "project/profiles", "--deep", ".") == (0, [])
    assert lint(tmp_path, "elsewhere", *policy, "../project/profiles") == (0, [])
    assert lint(tmp_path, "elsewhere", "--deep", *policy, "../project/profiles/web.yaml") == (0, [])


def test_missing_project_is_reported_once_with_its_root(tmp_path: Path) -> None:
    """Not for each module of each profile."""
    write_files(tmp_path, {**FILES, **POLICY})
    status, (found,) = lint(tmp_path, "elsewhere", "../project/profiles")
    assert (status, found["code"], found["path"]) == (1, "ASM528", "../project/profiles/web.yaml")
    assert found["message"] == "nothing of the project is found from here, such as 'shop'"
    root = tmp_path / "project"
    assert found["hint"] == f"Run this in {root}, or pass `--policy {root}/pyproject.toml`."


def test_root_is_found_by_its_modules(tmp_path: Path) -> None:
    """Where there is no policy, from a folder below it as well."""
    write_files(tmp_path, FILES)
    for start, path in (("elsewhere", "../project/profiles"), ("project/profiles", ".")):
        _, (found,) = lint(tmp_path, start, path)
        assert (found["code"], found["hint"]) == ("ASM528", f"Run this in {tmp_path / 'project'}.")


def test_root_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    """The profile alone was copied."""
    write_files(tmp_path, {"copied/web.yaml": PROFILE, "elsewhere/note.txt": ""})
    _, (found,) = lint(tmp_path, "elsewhere", "../copied/web.yaml")
    hint = "Run this in the project's root, or name its pyproject.toml with `--policy`."
    assert (found["code"], found["hint"]) == ("ASM528", hint)


def test_missing_modules_of_a_project_that_is_found_are_named(tmp_path: Path) -> None:
    """As they are where a profile is alone in the current directory."""
    text = NAMED + "  - {use: 'shoop.cart:Cart', name: cart}\n"
    write_files(tmp_path, {**FILES, "project/profiles/web.yaml": text, "alone/web.yaml": NAMED})
    write_files(tmp_path, {"project/profiles/worker.yaml": NAMED})
    _, (found,) = lint(tmp_path, "project", "profiles")
    assert (found["code"], found["line"]) == ("ASM503", 6)
    assert {one["code"] for one in lint(tmp_path, "alone", "web.yaml")[1]} == {"ASM503"}


def test_checkout_with_the_name_of_the_package_is_not_the_package(tmp_path: Path) -> None:
    """Its parent folder is not where the command is to be run."""
    write_files(tmp_path, {"code/shop/profiles/web.yaml": NAMED})
    _, found = lint(tmp_path, "code/shop", "profiles")
    assert {one["code"] for one in found} == {"ASM503"}
