"""Say where to lint from, if nothing of the project is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import PROJECT_NOT_FOUND
from assembler.diagnostics.diagnostic import Place
from assembler.diagnostics.suggestion import render_names
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_project(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report that no module of the project is there; the linter keeps this once of all profiles."""
    missing = facts.missing_project
    if missing is not None:
        names = render_names(list(missing.modules))
        message = f"nothing of the project is found from here, such as {names}"
        place = Place(facts.profile.composed.path)
        yield PROJECT_NOT_FOUND.at(place, message, hint=_build_hint(missing.root))


def _build_hint(root: Path | None) -> str:
    if root is None:
        return "Run this in the project's root, or name its pyproject.toml with `--policy`."
    policy = root / "pyproject.toml"
    named = f", or pass `--policy {policy}`" if policy.is_file() else ""
    return f"Run this in {root}{named}."


RULE = Rule(PROJECT_NOT_FOUND, check_profile=check_project)
