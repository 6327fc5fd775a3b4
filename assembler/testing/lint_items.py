"""Lint the project's profiles as tests, one for each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Collector, ProfileError, Severity
from assembler.linting.engine import Linter
from assembler.linting.project_selection import choose_rules
from assembler.linting.targets import find_targets
from assembler.policy import find_policy
from assembler.rendering.diagnostics import render_diagnostics
from assembler.rendering.findings import Findings, find_checkout

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["collect_profiles"]


class LintItem(pytest.Item):
    """The test that a profile has no finding that fails."""

    found: list[Diagnostic]

    def runtest(self) -> None:
        """Fail with what is wrong, as `assembler lint` prints it."""
        if self.found:
            pytest.fail(render_diagnostics(self.found, output_format="full"), pytrace=False)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Return the place that pytest shows: the profile."""
        return self.path, None, self.name


def collect_profiles(session: pytest.Session) -> list[pytest.Item]:
    """Lint the profiles folder of the policy, and return a test for each profile in it."""
    try:
        findings = _lint_project(session)
    except ProfileError as error:
        raise pytest.UsageError(render_diagnostics(error.diagnostics).rstrip()) from error
    items: dict[str, LintItem] = {}
    for path in findings.paths:
        name = f"{path}::lint"
        items[path] = LintItem.from_parent(session, name=name, nodeid=name)
        items[path].found = []
    for found in filter(findings.fails, findings.shown):
        # What is in none of them, such as a base elsewhere, is the first one's.
        items.get(os.path.normpath(found.place.path), next(iter(items.values()))).found.append(
            found
        )
    return list(items.values())


def _lint_project(session: pytest.Session) -> Findings:
    root = session.config.rootpath
    policy = find_policy(os.environ, root)
    found = Collector()
    selection = choose_rules(policy, (), (), found)
    folder = os.path.relpath((policy.root or root) / policy.settings.profiles)
    targets = find_targets([folder], found, folder)
    found.raise_errors()
    outcome = Linter(policy, selection).lint(targets, has_fixes=False)
    level = Severity(policy.settings.fail_level)
    return Findings(outcome.diagnostics, outcome.paths, find_checkout(os.environ, root), level)
