"""Read the files of config sources before anything runs, as far as they hold no code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import ScalarNode, find_text
from assembler.language.flags import is_true
from assembler.steps.config_parsers import CODE_SUFFIXES
from assembler.steps.named_file import (
    NamedFile,
    check_suffix,
    parse_config_file,
    read_config_file,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.language.profile import Profile, Step
    from assembler.steps.config_parsers import ConfigFile

__all__ = ["ReadFile", "find_file_faults", "find_named_file", "read_named_file"]


class ReadFile(NamedTuple):
    """A config file that was read, and what it, or its table, holds."""

    named: NamedFile
    config: ConfigFile
    values: dict[str, Any]


def find_named_file(profile: Profile, root: Path, step: Step) -> NamedFile | None:
    """Return the project's file that a source reads without code; ``None``: none is certain."""
    if step.use not in {"file", "dotenv"}:
        return None
    options = step.options
    known = {"path", "table", "relative_to"}
    is_plain = all(isinstance(options.get(key), (ScalarNode, type(None))) for key in known)
    path = find_text(options.get("path")) or (".env" if step.use == "dotenv" else None)
    optional = options.get("optional")
    is_needed = optional is None or (
        isinstance(optional, ScalarNode) and not is_true(optional.value)
    )
    if not is_needed or not is_plain or not path or "\0" in path:
        return None
    folders = {"profile": profile.get_source_folder(step), "root": root}
    start = find_text(options.get("relative_to")) or "profile"
    try:
        suffix = ".env" if step.use == "dotenv" else check_suffix(path)
    except ValueError:
        return None
    if start not in folders or suffix in CODE_SUFFIXES:
        return None
    file = Path(os.path.abspath(folders[start] / path))  # noqa: PTH100 - links are kept
    if not file.is_relative_to(os.path.abspath(root)):  # noqa: PTH100 - as above
        return None
    return NamedFile(file, path, suffix, table=find_text(options.get("table")))


def find_file_faults(named: NamedFile, env: Mapping[str, str]) -> list[StepFault]:
    """Return what is wrong with a file's contents; nothing of one that this user cannot read."""
    try:
        config = read_config_file(named, env)
    except StepFault:
        return []
    try:
        if config is not None:
            parse_config_file(config, named)
    except StepFault as fault:
        return [fault, *fault.more]
    return []


def read_named_file(named: NamedFile, env: Mapping[str, str]) -> ReadFile | None:
    """Return what a file holds, any key; ``None``: it is not there, or broken."""
    try:
        config = read_config_file(named, env)
        parsed = None if config is None else parse_config_file(config, named)
    except StepFault:
        return None
    if config is None or not isinstance(parsed, dict):
        return None
    return ReadFile(named, config, parsed)
