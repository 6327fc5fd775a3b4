"""Return what must hold of linting, whatever the bytes are."""

from __future__ import annotations

import json
import math
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from assembler.linting.engine import Linter
from assembler.linting.fixing import ANOTHER_RUN, fix_profiles
from assembler.linting.output import FORMATS, render_findings
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target
from assembler.policy import find_policy
from assembler.rendering.findings import Findings
from assembler.runners.garbage import collect_as_usual, collect_rarely
from tests.fuzz.seeds import PROFILE
from tests.support.places import is_inside, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.linting.engine import Outcome

__all__ = ["BrokenInvariant", "LinterTarget"]

ENV = {
    "SHOP_TITLE": "Corner: shop #1",
    "SHOP_MODE": "Production",
    "SHOP_PORT": "8000",
    "SHOP_EMPTY": "",
    "SHOP_DSN": "https://key:geheim-dsn@errors.example.org/1",
}
LIMIT_SECONDS = 1.0  # of the processor, for each of these:
LIMIT_BYTES = 64 * 1024
TRIES = 3  # the least time counts: a processor that others use as well is slower at times
LIMIT_FIXED_BYTES = 8 * 1024  # fixing lints again and again
EVERY_NTH = 50  # is linted twice, and fixed


class BrokenInvariant(AssertionError):
    """Return what did not hold."""


class LinterTarget:
    """Lint texts in memory, all rules on, in the project that is the current folder."""

    def __init__(self) -> None:
        """Load the rules; one linter knows the environment and the other does not."""
        policy, selection = find_policy({}, Path.cwd()), build_selection([], [])
        self._linters = [Linter(policy, selection), Linter(policy, selection, ENV)]
        self._formats = sorted(FORMATS)

    def check(self, source: bytes, *, is_thorough: bool = False) -> None:
        """Lint ``source`` and check all that is said of it.

        What is dear is done for some only, chosen by the bytes themselves, so that each is checked
        the same way every time; ``is_thorough`` does all of it.

        Raises:
            BrokenInvariant: if something does not hold that must.
        """
        number = zlib.crc32(source)
        linter = self._linters[number % 2]
        outcome = _lint_in_time(linter, source)
        self._check_places(outcome, source)
        chosen = self._formats if is_thorough else [self._formats[number % len(self._formats)]]
        for output_format in chosen:
            _check_output(outcome, source, output_format)
        if is_thorough or number % EVERY_NTH == 0:
            again = linter.lint_text(source, PROFILE)
            _require(again == outcome, "linting it again says something else")
            if len(source) <= LIMIT_FIXED_BYTES:
                _check_fixing(linter, source)

    def _check_places(self, outcome: Outcome, source: bytes) -> None:
        known = {PROFILE: split_lines(source)}
        for found in outcome.diagnostics:
            _require(bool(found.hint), f"no remedy: {found}")
            for place in _iter_places(found):
                if place.path not in known:
                    known[place.path] = split_lines(_read(place.path))
                _require(is_inside(place, known[place.path]), f"{place.span} is outside: {found}")


def _lint_in_time(linter: Linter, source: bytes) -> Outcome:
    """Lint as the command does, which collects garbage rarely: usual is half of the time on top."""
    collect_rarely()
    try:
        return _lint_within_limit(linter, source)
    finally:
        collect_as_usual()


def _lint_within_limit(linter: Linter, source: bytes) -> Outcome:
    limit = LIMIT_SECONDS * max(1.0, len(source) / LIMIT_BYTES)
    least = math.inf
    for _ in range(TRIES):
        started = time.process_time()
        outcome = linter.lint_text(source, PROFILE)
        least = min(least, time.process_time() - started)
        if least <= limit:
            return outcome
    message = f"linting {len(source):,} bytes took {least:.1f} s"
    raise BrokenInvariant(message)


def _require(holds: bool, message: str) -> None:  # noqa: FBT001 - as assert has it
    if not holds:
        raise BrokenInvariant(message)


def _iter_places(found: Diagnostic) -> Iterator[Place]:
    yield found.place
    yield from (related.place for related in found.related)
    if found.fix is not None:
        yield from (edit.place for edit in found.fix.edits)


def _read(path: str) -> bytes:
    """Read a base, or a module that a reference names; what is no file has one empty line."""
    file = Path(path)
    return file.read_bytes() if "\0" not in path and file.is_file() else b""


def _check_output(outcome: Outcome, source: bytes, output_format: str) -> None:
    findings = Findings(
        outcome.diagnostics,
        outcome.paths,
        Path.cwd(),
        sources={PROFILE: source.decode("utf-8", "replace")},
    )
    text = render_findings(findings, output_format)
    if output_format in {"json", "sarif", "gitlab"}:
        json.loads(text)
    elif output_format == "junit":
        ET.fromstring(text)  # noqa: S314 - our own
    else:
        lines = text.removesuffix("\n").split("\n")
        _require(all(map(str.isprintable, lines)), "the output steers the terminal")
    text.encode("utf-8", "backslashreplace")


def _check_fixing(linter: Linter, source: bytes) -> None:
    """Fix in memory: nothing is left to fix, or says so, and there is no error that is new."""
    fixed = fix_profiles(linter, [Target(PROFILE, source)])
    if ANOTHER_RUN in str(fixed.outcome.diagnostics):
        return
    for file in fixed.files:
        again = fix_profiles(linter, [Target(PROFILE, file.after)])
        _require(not again.files, f"there is something to fix after fixing:\n{file.after!r}")
