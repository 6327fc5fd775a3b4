"""Find a file of secrets that every user of the machine can read."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from assembler.diagnostics.codes import READABLE_SECRET_FILE
from assembler.diagnostics.excerpt import shorten_path
from assembler.document.nodes import MappingNode, SequenceNode, find_text, iter_steps
from assembler.files import LIMIT_BYTES, read_start
from assembler.linting.rules.form import Rule
from assembler.references.reference_forms import iter_references
from assembler.secrets.known import is_secret_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node, ScalarNode
    from assembler.linting.facts.lint_facts import FileFacts

__all__ = ["RULE"]

# A profile without any of these names none: looked for before anything else.
SUSPICIOUS = (b"file", b"dotenv", b"secrets", b".env", b"ssl_context")
MOUNTED = (Path("/run/secrets"), Path("/var/run/secrets"))
ASSIGNMENT = rb"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*[^\s#]"
# In TOML and Python, a value that is not a string may be looked up elsewhere.
TEXT_ASSIGNMENT = rb"(?m)^[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*[\"'][^\"'\s]"


def check_readable_secret_file(facts: FileFacts) -> Iterator[Diagnostic]:
    """Report each file of secrets that others may read; reads the files."""
    if not any(word in facts.source for word in SUSPICIOUS):
        return
    for node, files in _iter_named(facts):
        for file in files:
            if _is_readable_by_others(file):
                yield READABLE_SECRET_FILE.at(
                    node.place,
                    f'every user can read the secrets in "{shorten_path(file)}"',
                    hint=f"Run `chmod o-rwx {shorten_path(file)}`.",
                )
                break  # one of a folder tells of the others


def _iter_named(facts: FileFacts) -> Iterator[tuple[ScalarNode, list[Path]]]:
    """Yield each path of the profile that is known, with the files of secrets that it names."""
    for reference in iter_references(facts.root):
        path = reference.get("$file")
        if _is_known(path):
            yield path, [facts.file.parent / path.text]
    for step in iter_steps(facts.root, ("config",)):
        options = step.get("with") if isinstance(step, MappingNode) else None
        if not isinstance(step, MappingNode) or not isinstance(options, MappingNode):
            continue
        use, path = find_text(step.get("use")), options.get("path")
        if not _is_known(path) or "relative_to" in options.entries:
            continue
        target = facts.file.parent / path.text
        if use == "secrets":
            yield path, _list_files(target)
        elif use in {"dotenv", "file"}:
            is_env = use == "dotenv" or target.name.startswith(".env")
            assignment = ASSIGNMENT if is_env else TEXT_ASSIGNMENT
            is_found = _is_readable_by_others(target) and _has_secret(target, assignment)
            yield path, [target] if is_found else []
    yield from _iter_tls_keys(facts.root.get("server"))


def _iter_tls_keys(server: Node | None) -> Iterator[tuple[ScalarNode, list[Path]]]:
    """Yield the key of a server's certificate, which is named from the working directory."""
    options = server.get("with") if isinstance(server, MappingNode) else None
    if not isinstance(options, MappingNode):
        return
    pair = options.get("ssl_context")
    keys = [options.get("keyfile"), *(pair.items[1:2] if isinstance(pair, SequenceNode) else ())]
    for key in keys:
        if _is_known(key):
            yield key, [Path(key.text)]


def _is_known(node: Node | None) -> TypeGuard[ScalarNode]:
    text = find_text(node) or ""
    return text != "" and "${" not in text and "\0" not in text


def _list_files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    except OSError:  # it is not here: a container mounts it
        return []


def _is_readable_by_others(file: Path) -> bool:
    if any(file.is_relative_to(folder) for folder in MOUNTED):
        return False
    try:
        mode, above = file.stat().st_mode, file.parent.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) and bool(mode & stat.S_IROTH) and bool(above & stat.S_IXOTH)


def _has_secret(file: Path, assignment: bytes) -> bool:
    try:
        content = read_start(file, LIMIT_BYTES)
    except OSError:
        return False
    return any(is_secret_key(name.decode()) for name in re.findall(assignment, content))


RULE = Rule(READABLE_SECRET_FILE, check_file=check_readable_secret_file)
