"""Reject a file that the policy does not allow."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeGuard

from assembler.diagnostics.codes import FILE_NOT_ALLOWED
from assembler.document.nodes import find_text
from assembler.linting.facts.named_objects import soften
from assembler.linting.facts.named_places import iter_place_faults
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision
from assembler.policy import Use
from assembler.references.reference_forms import iter_references
from assembler.steps.config_parsers import CODE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode, Node, ScalarNode
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.planning.plan import PlannedStep

__all__ = ["RULE"]


def check_file_not_allowed(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each path that is outside what the policy allows; follows links."""
    settings = facts.policy.settings
    if settings.allow_files is None and settings.allow is None:
        return
    for part in (facts.profile.app, facts.profile.server):
        yield from _check_options(facts, part.options)
    for planned in (*facts.plan.config, *facts.due):
        if planned.decision is not Decision.SKIPPED:
            for found in _check_step(facts, planned):
                yield soften(found, planned)
    yield from iter_place_faults(facts, FILE_NOT_ALLOWED)


def _check_step(facts: ProfileFacts, planned: PlannedStep) -> Iterator[Diagnostic]:
    yield from _check_options(facts, planned.step.options)
    if planned.kind == "config":
        yield from _check_source(facts, planned)
    else:
        yield from _check_options(facts, planned.step.init)


def _check_options(facts: ProfileFacts, options: MappingNode) -> Iterator[Diagnostic]:
    if facts.policy.settings.allow_files is None:
        return
    for reference in iter_references(options):
        path = reference.get("$file")
        if _is_known(path):
            file = facts.profile.get_folder(path) / path.text
            yield from _ask(facts, path, file, Use.SECRET, path.text)


def _check_source(facts: ProfileFacts, planned: PlannedStep) -> Iterator[Diagnostic]:
    step = planned.step
    options = step.options
    path, relative_to = options.get("path"), options.get("relative_to")
    is_of_profile = relative_to is None or find_text(relative_to) == "profile"
    if step.use not in {"secrets", "file", "dotenv"} or not (_is_known(path) and is_of_profile):
        return
    file = facts.profile.get_source_folder(step) / path.text
    if step.use == "secrets":
        files = _list_files(file)
        refused = (one for one in files if not facts.policy.is_file_allowed(one))
        for one in islice(refused, 1):
            yield from _ask(facts, path, one, Use.SECRET)
    else:
        is_code = step.use == "file" and file.suffix.lower() in CODE_SUFFIXES
        yield from _ask(facts, path, file, Use.CODE if is_code else Use.DATA)


def _list_files(folder: Path) -> list[Path]:
    """Return the files of a folder of secrets; the folder itself where it is not here."""
    try:
        return sorted(
            file for file in folder.iterdir() if not file.name.startswith(".") and file.is_file()
        )
    except OSError:
        return [folder]


def _is_known(node: Node | None) -> TypeGuard[ScalarNode]:
    text = find_text(node) or ""
    return text != "" and "\0" not in text


def _ask(
    facts: ProfileFacts, node: ScalarNode, file: Path, use: Use, shown: str | None = None
) -> Iterator[Diagnostic]:
    fault = facts.policy.find_refusal(file, use, shown=shown, instance=facts.root / "instance")
    if fault is not None:
        yield FILE_NOT_ALLOWED.at(node.place, fault.message, hint=fault.hint)


RULE = Rule(FILE_NOT_ALLOWED, check_profile=check_file_not_allowed)
