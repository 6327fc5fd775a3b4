"""List the config keys that the files of `file` sources set, each with its line."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.deployment.written import find_local_instance
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import find_text
from assembler.files import read_file
from assembler.language.flags import is_true
from assembler.modules.bindings import collect_bindings
from assembler.rendering.diagnostics import escape_unprintable
from assembler.rendering.profile import ORIGIN_COLUMN
from assembler.steps.config_parsers import CODE_SUFFIXES
from assembler.steps.named_file import (
    NamedFile,
    check_suffix,
    parse_config_file,
    read_config_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assembler.language.profile import Profile, Step
    from assembler.policy import Policy

__all__ = ["FileKeys", "list_file_keys", "render_file_keys"]


class FileKeys(NamedTuple):
    """What the file of a config step sets."""

    number: int  # of the step, from 0
    name: str
    path: str  # of the file
    lines: dict[str, int]  # by key


def list_file_keys(profile: Profile, policy: Policy, env: Mapping[str, str]) -> list[FileKeys]:
    """Return what the files that are there set, by their steps; a Python file is read, not run."""
    found = []
    for index, step in enumerate(profile.config):
        named = _find_file(profile, policy, step)
        lines = {} if named is None else _read_keys(named, env)
        if named is not None and lines:
            found.append(FileKeys(index, step.name, os.path.relpath(named.file), lines))
    return found


def render_file_keys(found: Iterable[FileKeys]) -> str:
    """Return them as comments below a profile."""
    lines = []
    for one in found:
        lines.append(f"# the file of the config step '{one.name}' sets:")
        for key, line in one.lines.items():
            lines.append(f"{f'#   {key}'.ljust(ORIGIN_COLUMN)}  # {one.path}:{line}")
    return "".join(f"{escape_unprintable(line)}\n" for line in lines)


def _find_file(profile: Profile, policy: Policy, step: Step) -> NamedFile | None:
    path = find_text(step.options.get("path"))
    when = find_text(step.node.get("when"))
    if step.use != "file" or not path or (when is not None and not is_true(when)):
        return None
    root = policy.root or profile.file.parent
    paths = [Path.cwd(), root, *(root / one for one in policy.settings.pythonpath)]
    folders = {
        "profile": profile.get_source_folder(step),
        "root": root,
        "instance": find_local_instance(profile, paths),
    }
    try:
        suffix = check_suffix(path)
    except ValueError:
        return None
    folder = folders.get(find_text(step.options.get("relative_to")) or "profile")
    if folder is None or not (folder / path).is_file():
        return None
    return NamedFile(folder / path, path, suffix, table=find_text(step.options.get("table")))


def _read_keys(named: NamedFile, env: Mapping[str, str]) -> dict[str, int]:
    """Return the keys that Flask takes, each with a line; none of a file that is broken."""
    try:
        text = read_file(named.file).decode()
        if named.suffix in CODE_SUFFIXES:
            bound = collect_bindings(ast.parse(text).body, "")
            found = {key: binding.line for key, binding in bound.items()}
        else:
            config = read_config_file(named, env)
            parsed = None if config is None else parse_config_file(config, named)
            keys = parsed if isinstance(parsed, dict) else {}
            found = {key: _find_line(text, key) for key in keys}
    except (OSError, SyntaxError, ValueError, RecursionError, StepFault):
        return {}
    return {key: line for key, line in found.items() if key.isupper()}


def _find_line(text: str, key: str) -> int:
    """Return the first line that begins with a key, as each of these formats has it."""
    numbered = enumerate(text.splitlines(), start=1)
    return next((number for number, line in numbered if _begins_with(line, key)), 1)


def _begins_with(line: str, key: str) -> bool:
    start = line.lstrip(" \t{,-\"'").removeprefix("export ").lstrip()
    return start.startswith(key) and start[len(key) :].lstrip(" \t\"'")[:1] in {":", "="}
