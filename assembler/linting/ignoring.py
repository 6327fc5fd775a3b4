"""Write a comment for each finding that silences it: a baseline to begin with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.document.nodes import to_plain
from assembler.linting.fixing import FixedFile
from assembler.linting.selection import ALWAYS
from assembler.linting.silence import COMMENT
from assembler.linting.source_text import SourceText, read_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.targets import Target

__all__ = ["add_ignores"]

# What a comment cannot silence: what is wrong with comments, or with the run.
NEVER = ALWAYS | {
    code.number for code in (codes.UNUSED_IGNORE, codes.MALFORMED_IGNORE, codes.MORE_FINDINGS)
}


def add_ignores(
    targets: Sequence[Target], found: Iterable[Diagnostic], reason: str
) -> list[FixedFile]:
    """Return the files of ``targets`` with a comment for each finding; writes nothing.

    A comment that would become part of a text, as in a block of several lines, goes to the top of
    the file.
    """
    by_path: dict[str, dict[int, dict[str, None]]] = {}
    for one in found:
        if one.code not in NEVER:
            lines = by_path.setdefault(one.place.path, {})
            lines.setdefault(one.place.span.line, {})[one.name] = None
    files = []
    for path, before in read_texts(targets).items():
        lines = by_path.get(path, {})
        after = _comment_file(path, before, lines, reason) if lines else before
        if after != before:
            files.append(FixedFile(path, before, after, sum(map(len, lines.values()))))
    return files


def _comment_file(path: str, text: bytes, lines: dict[int, dict[str, None]], reason: str) -> bytes:
    whole: dict[str, None] = {}
    for number in sorted(lines, reverse=True):
        changed = _comment_line(path, text, number, list(lines[number]), reason)
        if changed is None:
            whole |= lines[number]
        else:
            text = changed
    if whole:
        source = SourceText(path, text)
        comment = f"# assembler: ignore-file[{', '.join(whole)}] {reason}{source.line_break}"
        text = source.mark + (comment + source.text).encode()
    return text


def _comment_line(
    path: str, text: bytes, number: int, names: list[str], reason: str
) -> bytes | None:
    """Return the file with a comment on a line; ``None`` if that would change what it means."""
    source = SourceText(path, text)
    start, line = source.lines.starts[number - 1], source.get_line(number).rstrip("\r\n")
    comment = re.search(COMMENT, line)
    if comment is not None and comment["kind"] == "ignore" and comment["names"]:
        at = comment.end("names")
        changed = f"{line[:at]}, {', '.join(names)}{line[at:]}"
    else:
        changed = f"{line.rstrip()} # assembler: ignore[{', '.join(names)}] {reason}"
    result = source.text[:start] + changed + source.text[start + len(line) :]
    encoded = source.mark + result.encode()
    after = SourceText(path, encoded)
    if source.root is None or after.root is None:
        return None
    return encoded if to_plain(after.root) == to_plain(source.root) else None
