"""Choose which rules are on."""

from __future__ import annotations

import os
import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.codes import CODES, find_code, find_retired
from assembler.diagnostics.suggestion import render_suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Code, Diagnostic

__all__ = ["ALWAYS", "FileIgnores", "Selection", "build_selection", "match_codes"]

FAMILY = r"(?i)ASM(\d)(?:XX)?"
# What keeps a file from being read: a run that is silent about it would have checked nothing.
ALWAYS = frozenset(
    {
        "ASM101", "ASM102", "ASM103", "ASM104", "ASM105", "ASM106", "ASM111", "ASM112",
        "ASM121", "ASM122", "ASM301", "ASM302", "ASM303",
    }
)  # fmt: skip


class FileIgnores(NamedTuple):
    """The codes that are off in some files."""

    pattern: str  # of `fnmatch`: an absolute path, or a folder with all below it
    numbers: frozenset[str]

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Return whether ``diagnostic`` is not to be reported in its file."""
        if diagnostic.code not in self.numbers:
            return False
        path = os.path.abspath(diagnostic.place.path)  # noqa: PTH100 - text in, text out
        return fnmatch(path, self.pattern) or path.startswith(self.pattern.rstrip("/") + "/")


class Selection(NamedTuple):
    """The numbers of the codes that are on, and where some of them are off."""

    numbers: frozenset[str]
    per_file: tuple[FileIgnores, ...] = ()

    def has(self, diagnostic: Diagnostic) -> bool:
        """Return whether ``diagnostic`` is to be reported."""
        if diagnostic.code in ALWAYS:
            return True
        is_on = diagnostic.code in self.numbers
        return is_on and not any(one.covers(diagnostic) for one in self.per_file)


def build_selection(select: Sequence[str], ignore: Sequence[str]) -> Selection:
    """Choose by number (``ASM502``), family (``ASM5`` or ``ASM5xx``), name, or ``ALL``.

    Args:
        select: What is on; empty: all.
        ignore: What is off again.

    Raises:
        ValueError: if a pattern matches no rule; its text names the pattern, with a suggestion.
    """
    chosen = {code.number for pattern in select or ["ALL"] for code in match_codes(pattern)}
    ignored = {code.number for pattern in ignore for code in match_codes(pattern)}
    return Selection(frozenset(chosen - ignored))


def match_codes(pattern: str) -> list[Code]:
    """Return the codes that a pattern chooses, by number; none for a retired code.

    Raises:
        ValueError: if it matches nothing; its text names the pattern, with a suggestion.
    """
    wanted = pattern.strip()
    if wanted.upper() in {"ALL", "ASM"}:
        return list(CODES)
    family = re.fullmatch(FAMILY, wanted)
    if family is not None:
        matched = [code for code in CODES if code.number[3] == family[1]]
    else:
        code = find_code(wanted)
        matched = [] if code is None else [code]
    if matched or find_retired(wanted) is not None:
        return matched
    hint = render_suggestion(wanted, [code.name for code in CODES], "`assembler rules` lists them.")
    raise ValueError(f"unknown rule '{wanted}'. {hint}")
