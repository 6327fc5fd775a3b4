"""Find variables that are written as other tools have them: `$NAME`, `$(NAME)`, `{{ NAME }}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_meant", "iter_meant"]

# Shells, Kubernetes and Jinja. With a lower-case letter it may be anything.
FOREIGN = re.compile(
    r"(?<![\w$])(?:\$(?P<shell>[A-Z][A-Z0-9_]+)|\$\((?P<kubernetes>[A-Z][A-Z0-9_]+)\)"
    r"|\{\{ ?(?P<jinja>[A-Z][A-Z0-9_]+) ?\}\})(?!\w)"
)
LIMIT_CHARACTERS = 1000  # nothing longer is one value with a variable in it


def iter_meant(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is a variable to other tools, and its name; none in prose or in a password."""
    if len(text) > LIMIT_CHARACTERS or "\n" in text or " " in FOREIGN.sub("", text):
        return
    begin, end = text.find("://"), text.rfind("@")
    for match in FOREIGN.finditer(text):
        is_beside = text[match.start() - 1] in ":/" and text[match.end() : match.end() + 1] in ":@"
        if not begin < match.start() < end or is_beside:
            yield match[0], match[match.lastgroup or 0]


def find_meant(text: str) -> str | None:
    """Return ``text`` with `${NAME}` for what `iter_meant` finds; ``None`` if that is nothing."""
    meant = text
    for written, name in iter_meant(text):
        meant = meant.replace(written, f"${{{name}}}")
    return None if meant == text else meant
