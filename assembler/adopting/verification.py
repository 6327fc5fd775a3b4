"""Compare the app of each profile with the factory's, and announce what differs by intent."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import yaml

from assembler.adopting.actions import Action, Leftover
from assembler.adopting.sayings import Literal, Passed
from assembler.adopting.writing import render_draft
from assembler.diagnostics.diagnostic import ProfileError
from assembler.ledger.apart import COMPARED, FactorySide, ProfileSide, record_apart
from assembler.ledger.comparing import compare_ledgers
from assembler.ledger.inherent import sort_out_inherent
from assembler.ledger.scratch import SCRATCH
from assembler.ledger.verifying import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from assembler.adopting.adoption import Adopted, Request
    from assembler.adopting.survey import Survey
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.ledger.comparing import Difference
    from assembler.ledger.values import Ledger

__all__ = ["Verified", "render_expectations", "verify"]

GUARDED = "assembler.adopting.guarded"
# Of a function that was moved: the module and the function that it was nested in.
NESTED_IN = re.compile(r"(?<![\w.*])[\w.*]+:[\w.<>]+\.<locals>")
LAMBDA = re.compile(
    r"(?<![\w.])(?P<name>(?P<module>[\w.]+):[\w.<>]+\.<lambda>)"
    r" at line (?P<line>\d+), column (?P<column>\d+)"
)
LOGS = "The factory logs while it assembles, which makes the logger."
MOVED = "It was moved into a module of its own."


@dataclass(frozen=True, slots=True)
class Verified:
    """How one profile compares."""

    profile: str
    verdict: Verdict | None = None
    found: tuple[Diagnostic, ...] = ()  # why it could not be told
    unknown: str | None = None  # a parameter, of which nobody knows what is passed


def verify(
    adopted: Adopted,
    request: Request,
    policy_file: str | None,
    paths: Sequence[str],
    tell: Callable[[str], object] = str,
) -> list[Verified]:
    """Compare each profile of a variant, under the guards that the watched run had.

    ``tell`` is given the profile whose turn it is.
    """
    more = {
        "paths": [os.path.abspath(one) for one in paths],  # noqa: PTH100 - "" is the current one
        "allow_network": request.call.allow_network,
        **COMPARED,
    }
    policy = None if policy_file is None else os.path.abspath(policy_file)  # noqa: PTH100 - as above
    found = []
    for name, survey in adopted.surveys.items():
        unknown = _find_unknown(survey)
        if unknown is not None:
            found.append(Verified(name, unknown=unknown))
            continue
        tell(f"comparing {name} with {request.call.factory}")
        profile = request.folder / name
        factory, ours = _build_sides(adopted, survey, request, profile, policy)
        try:
            by_hand, by_profile = record_apart(
                [factory, ours], request.call.timeout_seconds, module=GUARDED, more=more
            )
        except ProfileError as error:
            found.append(Verified(name, found=tuple(error.diagnostics)))
            continue
        sources = _list_sources(survey, request, adopted.glue)
        found.append(Verified(name, _judge(by_hand, by_profile, sources, logs=bool(survey.silent))))
    return found


def _build_sides(
    adopted: Adopted, survey: Survey, request: Request, profile: Path, policy: str | None
) -> tuple[FactorySide, ProfileSide]:
    """Return how both are called in a variant; a config that is not known is empty."""
    given = dict(adopted.given)
    for name, value in survey.variant.values.items():
        if survey.variant.name:
            given[name] = value.value if isinstance(value, Literal) else {}
    text = render_draft(adopted.drafts[profile.name])  # with what its bases say
    arguments = {
        name: value
        for name, value in given.items()
        if f"$argument: {name}" in text or f"$argument: '{name}'" in text
    }
    config = next((given[name] for name in _find_config(survey) if name in given), None)
    factory = FactorySide(request.call.factory, policy, (), given, patched_as=str(profile))
    return factory, ProfileSide(str(profile), policy, config, arguments)


def _find_unknown(survey: Survey) -> str | None:
    """Return a parameter that is passed in this variant, and is no config: any would do."""
    for name, value in survey.variant.values.items():
        if survey.variant.name and isinstance(value, Passed) and name not in survey.caller.configs:
            return name
    return None


def _find_config(survey: Survey) -> Iterable[str]:
    """Return the parameters that a source `argument` stands for."""
    has = any(isinstance(one, Action) and one.use == "argument" for one in survey.actions)
    passed = [key for key, one in survey.variant.values.items() if isinstance(one, Passed)]
    return [*passed, *survey.caller.configs] if has else ()


def _list_sources(survey: Survey, request: Request, glue: str | None) -> dict[str, list[str]]:
    """Return the lines of the modules from which something was moved, and of where it is now."""
    left = [one.scope.module for one in survey.actions if isinstance(one, Leftover)]
    sources = {one.name: one.source.decode("utf-8").splitlines() for one in left}
    if glue is not None and request.glue_module is not None:
        sources[request.glue_module] = glue.splitlines()
    return sources


def _judge(
    factory: Ledger, ours: Ledger, sources: Mapping[str, Sequence[str]], *, logs: bool
) -> Verdict:
    differences, inherent = sort_out_inherent(compare_ledgers(factory, ours), ours)
    unexpected: list[Difference] = []
    expected: list[tuple[Difference, str]] = []
    for one in differences:
        left, right = _find_sides(one, differences)
        if left == right and SCRATCH in left:  # only the folders of the two processes differ
            continue
        if "<locals>" in left and right and _blur(left, sources) == _blur(right, sources):
            expected.append((one, MOVED))
        elif one.kind == "log_handler" and not right and logs:
            expected.append((one, LOGS))
        else:
            unexpected.append(one)
    return Verdict(unexpected, expected, [], factory, ours, inherent)


def _find_sides(difference: Difference, others: Sequence[Difference]) -> tuple[str, str]:
    """Return what both sides have; in a list each has a difference of its own, in their order."""
    if difference.left and difference.right:
        return difference.left, difference.right
    alike = [one for one in others if (one.kind, one.key) == (difference.kind, difference.key)]
    lefts = [one for one in alike if one.left and not one.right]
    rights = [one for one in alike if one.right and not one.left]
    for left, right in zip_longest(lefts, rights):
        if left is difference or right is difference:
            return (left and left.left) or "", (right and right.right) or ""
    return "", ""


def _blur(text: str, sources: Mapping[str, Sequence[str]]) -> str:
    """Leave out where a nested function is; of a lambda its line stays, and where in the line."""

    def quote(found: re.Match[str]) -> str:
        number, lines = int(found["line"]), sources.get(found["module"], ())
        if number > len(lines):
            return found[0]
        line = lines[number - 1]
        column = int(found["column"]) - (len(line) - len(line.lstrip()))
        return f"{found['name']} in column {column} of {line.strip()}"

    return re.sub(r"#\w+$", "", NESTED_IN.sub("", LAMBDA.sub(quote, text)))


def render_expectations(expected: Sequence[tuple[Difference, str]]) -> str:
    """Return the file that lists the differences that are meant."""
    entries: list[dict[str, str]] = []
    for difference, reason in expected:
        entry = {"kind": difference.kind, "key": difference.key, "reason": reason}
        if entry not in entries:
            entries.append(entry)
    return yaml.safe_dump({"differences": entries}, sort_keys=False, width=100)
