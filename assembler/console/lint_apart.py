"""Lint the text of the playground in a process of its own, which may read and do next to nothing.

The text is somebody's in a browser. It is linted as `lint` does, nothing that it names is imported,
and besides: without the environment, which the process does not have; without any file but profiles
of the same folder and the project's modules; without a connection or another process.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.comparing.snapshot import take_values
from assembler.diagnostics import codes
from assembler.diagnostics.codes import READABLE_SECRET_FILE
from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import load_document, parse_document
from assembler.document.nodes import iter_scalars
from assembler.files import is_profile_name
from assembler.linting.engine import Linter
from assembler.linting.project_selection import choose_rules
from assembler.linting.source_text import SourceText
from assembler.linting.targets import Target
from assembler.planning.loading import Surroundings, build_checked_plan
from assembler.planning.plan import Decision
from assembler.policy import find_policy
from assembler.rendering.diagnostics import mask_secrets
from assembler.rendering.source_excerpt import SourceLines
from assembler.secrets.fingerprints import make_key
from assembler.secrets.known import MASK
from assembler.steps.entry_points import ignore_current_folder

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.planning.plan import Plan, PlannedStep
    from assembler.policy import Policy

__all__ = ["main"]

LIMIT_CPU_SECONDS = 5
LIMIT_MEMORY_BYTES = 1 << 30
CODE = (".py", ".pyc", ".so")
ABOUT_PACKAGES = (".dist-info", ".egg-info")
REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork", "ctypes.")
NOT_ASKED = (READABLE_SECRET_FILE.name,)  # says which files there are, of any folder
ELSEWHERE = "this file has a finding of its own, which is not shown here"
UNREAD = "its variables are not read here"


def main() -> None:
    """Carry out the request on standard input, and write what is found to standard output."""
    request = json.load(sys.stdin)
    _limit()
    ignore_current_folder()
    policy = find_policy(os.environ, Path.cwd(), request["policy"])
    _guard(request, policy)
    json.dump(_check(request, policy), sys.stdout)


def _limit() -> None:
    sys.dont_write_bytecode = True
    for kind, most in (
        (resource.RLIMIT_CPU, LIMIT_CPU_SECONDS),
        (resource.RLIMIT_AS, LIMIT_MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # the limit in force is lower
            resource.setrlimit(kind, (most, most))


def _guard(request: dict[str, Any], policy: Policy) -> None:
    """Refuse, from now on, to open any other file, and to reach anything else."""
    folder = os.path.dirname(os.path.realpath(request["profile"]))  # noqa: PTH120 - text in, text out
    known = {os.path.realpath(path) for path in request["files"]}
    known |= {str(policy.path)}
    ours = tuple(
        os.path.join(os.path.realpath(one), "")  # noqa: PTH118 - as above
        for one in (sys.prefix, sys.base_prefix, Path(__file__).parents[1])
    )

    def is_allowed(path: str) -> bool:
        real = os.path.realpath(path)
        parent, name = os.path.split(real)
        if real in known or real.endswith(CODE) or real.startswith(ours):
            return True
        is_beside = parent == folder or parent.startswith(os.path.join(folder, ""))  # noqa: PTH118 - as above
        return (is_beside and is_profile_name(name)) or parent.endswith(ABOUT_PACKAGES)

    def check(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], (str, bytes)):
            is_read = not (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            if is_read and is_allowed(os.fsdecode(args[0])):
                return
        elif not event.startswith(REFUSED):
            return
        raise PermissionError(errno.EACCES, "not for the playground")

    sys.addaudithook(check)


def _check(request: dict[str, Any], policy: Policy) -> dict[str, Any]:
    profile, edited, source = request["profile"], request["file"], request["text"].encode()
    linter = Linter(policy, choose_rules(policy, (), NOT_ASKED, Collector()))
    text = SourceText(edited, source)
    found = [
        one
        for one in linter.lint_alone(profile, [Target(edited, source)])
        if not _is_about_mask(one, text)
    ]
    masked = mask_secrets(found, SourceLines({edited: request["text"]}))
    plan = _build_plan(profile, policy, edited, source)
    return {
        "diagnostics": [_describe(one) for one in _hide_others(masked, set(request["files"]))],
        "steps": None if plan is None else [_describe_step(one) for one in plan.steps],
        "values": None if plan is None else _list_values(plan),
    }


def _build_plan(profile: str, policy: Policy, edited: str, source: bytes) -> Plan | None:
    def load(file: Path, path: str, found: Collector) -> MappingNode | None:
        if path == edited:
            return parse_document(source, path, found)
        return load_document(file, path, found)

    return build_checked_plan(profile, Surroundings(None, policy.root, load), Collector())


def _list_values(plan: Plan) -> list[dict[str, Any]]:
    return take_values(plan.profile.composed.root, str, make_key()).shown


def _is_about_mask(found: Diagnostic, text: SourceText) -> bool:
    """Return whether a mask is said to be wrong in place of the secret that it hides."""
    is_here = found.place.path == text.path and found.code != codes.LITERAL_SECRET.number
    return is_here and text.get_text(found.place).strip("\"'") == MASK


def _hide_others(found: list[Diagnostic], files: set[str]) -> list[Diagnostic]:
    """Leave out what is said of files that are not of the profile that runs."""
    shown = [
        replace(one, related=tuple(said for said in one.related if said.place.path in files))
        if one.place.path in files
        else replace(one, message=ELSEWHERE, hint=None, related=())
        for one in found
    ]
    return list(dict.fromkeys(shown))


def _describe(found: Diagnostic) -> dict[str, Any]:
    span = found.place.span
    return {
        "code": found.code,
        "name": found.name,
        "severity": str(found.severity),
        "message": found.message,
        "hint": found.hint,
        "path": found.place.path,
        "line": span.line,
        "column": span.column,
    }


def _describe_step(planned: PlannedStep) -> dict[str, Any]:
    step, decision, reason = planned.step, planned.decision, planned.reason
    when = step.node.get("when")
    if any(one.written is not None or "${" in one.text for one in iter_scalars(when)):
        decision, reason = Decision.AT_RUN, UNREAD
    return {
        "kind": planned.kind,
        "name": step.name,
        "use": step.use,
        "decision": str(decision),
        "reason": reason,
        "place": str(step.place),
    }
