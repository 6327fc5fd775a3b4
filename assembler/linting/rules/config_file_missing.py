"""Reject a config file or a folder of secrets that does not exist."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CONFIG_FILE_MISSING
from assembler.diagnostics.diagnostic import Severity
from assembler.document.nodes import ScalarNode, find_text
from assembler.language.flags import is_true
from assembler.linting.rules.form import Rule
from assembler.planning.placed_faults import place_fault
from assembler.planning.plan import Decision
from assembler.steps.step_faults import build_missing_file_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Step
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

LOCAL = ".env"  # files of such a name are kept out of version control


def check_config_files(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each config file of the project that is not there; looks for those files."""
    for planned in facts.plan.config:
        step = planned.step
        if step.use != "file" or planned.decision is Decision.SKIPPED:
            continue
        path = find_text(step.options.get("path"))
        file = None if path is None else _find_file(facts, step, path)
        if path is not None and file is not None and not os.path.lexists(file):
            yield _build(step, file, path)


def _find_file(facts: ProfileFacts, step: Step, path: str) -> Path | None:
    """Return the file that must be there; ``None``: it need not be here, or it is not certain."""
    options = step.options
    optional, relative_to = options.get("optional"), options.get("relative_to")
    start = relative_to.value if isinstance(relative_to, ScalarNode) else "profile"
    folders = {"profile": facts.profile.get_source_folder(step), "root": facts.root}
    if optional is not None and not (
        isinstance(optional, ScalarNode) and not is_true(optional.value)
    ):
        return None
    if start not in folders or Path(path).name.startswith(LOCAL) or path.endswith(LOCAL):
        return None
    file = Path(os.path.abspath(folders[str(start)] / path))  # noqa: PTH100 - links are kept: theirs is the name
    return file if file.is_relative_to(os.path.abspath(facts.root)) else None  # noqa: PTH100 - as above


def _build(step: Step, file: Path, shown: str) -> Diagnostic:
    found = place_fault(build_missing_file_fault(file, shown), step, "config")
    return replace(found, severity=Severity.WARNING)


RULE = Rule(CONFIG_FILE_MISSING, check_profile=check_config_files)
