"""Hold the findings of a linter run for the output formats."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Severity
from assembler.rendering.diagnostics import mask_secrets
from assembler.rendering.source_excerpt import SourceLines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["CHECKOUTS", "Findings", "find_checkout"]

# Where services that read a report check the project out; its paths are relative to that folder.
CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
DIGITS = 32  # of a fingerprint


@dataclass(frozen=True, eq=False, repr=False)
class Findings:
    """What was found in which files: sorted, without repeats."""

    diagnostics: tuple[Diagnostic, ...]
    paths: tuple[str, ...]  # of the checked files, as shown
    checkout: Path  # what the paths of a report are relative to
    fail_level: Severity = Severity.ERROR  # the lowest that makes the run fail
    sources: Mapping[str, str] = field(default_factory=dict)  # texts that are not on disk
    is_colored: bool = False
    docs_url: str | None = None  # where the documentation is hosted

    @cached_property
    def lines(self) -> SourceLines:
        """The lines of the files."""
        return SourceLines(self.sources)

    @cached_property
    def shown(self) -> tuple[Diagnostic, ...]:
        """The findings as they may be shown: with the secrets of their lines masked."""
        return tuple(mask_secrets(self.diagnostics, self.lines))

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """A unique name for each finding, which stays the same when lines above it move."""
        import hashlib  # noqa: PLC0415 - most formats do without

        seen: Counter[tuple[str, ...]] = Counter()
        names = []
        for found in self.shown:
            shown = (self.lines.find_shown(found.place) or "").strip()
            facts = (self.get_report_path(found.place.path), found.code, shown)
            text = "\0".join((*facts, str(seen[facts])))
            names.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS])
            seen[facts] += 1
        return tuple(names)

    def fails(self, found: Diagnostic) -> bool:
        """Return whether ``found`` alone makes the run fail."""
        order = list(Severity)
        return order.index(found.severity) <= order.index(self.fail_level)

    def get_report_path(self, path: str) -> str:
        """Return a path relative to the checkout, with slashes; absolute if it is outside."""
        here = Path(os.path.abspath(path))  # noqa: PTH100 - links are not followed
        try:
            return here.relative_to(self.checkout).as_posix()
        except ValueError:
            return PurePath(here).as_posix()


def find_checkout(env: Mapping[str, str], folder: Path) -> Path:
    """Return what a report's paths are relative to: the service's checkout, else ``folder``."""
    for name in CHECKOUTS:
        given = env.get(name)
        if given and folder.is_relative_to(given):
            return Path(given)
    return folder
