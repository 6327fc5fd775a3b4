"""Lint profiles that a test writes down, in this process."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target
from assembler.policy import find_policy
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["lint_files", "lint_profile", "render_found"]

POLICY = '[tool.assembler]\npackage = "shop"\n'


def lint_files(
    folder: Path,
    files: Mapping[str, str],
    *rules: str,
    env: Mapping[str, str] | None = None,
) -> list[Diagnostic]:
    """Write ``files`` into ``folder`` and lint the profiles among them, from there.

    Args:
        folder: The project.
        files: Texts by path; each that ends in .yaml is linted.
        rules: Which rules are on; all if there are none.
        env: The environment; ``None``: it is not known, as by default.
    """
    write_files(folder, {"pyproject.toml": POLICY, **files})
    with chdir(folder):
        linter = Linter(find_policy({}, Path.cwd()), build_selection(rules, []), env)
        targets = [Target(path) for path in files if path.endswith(".yaml")]
        return list(linter.lint(targets).diagnostics)


def lint_profile(folder: Path, text: str, *rules: str) -> list[str]:
    """Lint one profile, ``web.yaml``; give what `render_found` gives, without the file's name."""
    found = render_found(lint_files(folder, {"web.yaml": text}, *rules))
    return [line.removeprefix("web.yaml:") for line in found]


def render_found(found: list[Diagnostic]) -> list[str]:
    """Return each as ``PATH:LINE:COLUMN MESSAGE``."""
    return [f"{one.place} {one.message}" for one in found]
