"""Show what fixing would change."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from assembler.document.document import UTF8_MARK
from assembler.secrets.known import MASK
from assembler.secrets.line_secrets import find_line_secrets

if TYPE_CHECKING:
    from assembler.linting.fixing import FixedFile

__all__ = ["render_diff"]

NO_BREAK = "\\ No newline at end of file\n"


def render_diff(fixed: FixedFile) -> str:
    """Return the changes of one file as a unified diff; secrets in its lines are masked."""
    lines = unified_diff(
        _split(fixed.before), _split(fixed.after), fixed.path, fixed.path, lineterm="\n"
    )
    return "".join(_render_line(line) for line in lines)


def _split(source: bytes) -> list[str]:
    """Return the lines with their breaks; only a line feed ends one, as in other tools."""
    *lines, last = source.removeprefix(UTF8_MARK).decode().split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _render_line(line: str) -> str:
    text = line
    for start, end in reversed(find_line_secrets(line)):
        text = text[:start] + MASK + text[end:]
    return text if text.endswith("\n") else f"{text}\n{NO_BREAK}"
