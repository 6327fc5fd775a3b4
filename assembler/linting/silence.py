"""Read the comments that silence findings, and report those that silence nothing."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.codes import find_code, find_retired
from assembler.diagnostics.diagnostic import Place, Span
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.lines import LINE_BREAK
from assembler.document.nodes import MappingNode, iter_nodes, iter_scalars
from assembler.linting.selection import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node, ScalarNode
    from assembler.linting.selection import Selection

    Position = tuple[int, int]  # line and column, from 0
    Bounds = tuple[Position, Position]

__all__ = ["Silences", "parse_silences"]

# What only running or assembling an app finds: without that, a comment may silence something.
FOUND_BY_RUNNING = frozenset(
    code.number
    for code in (
        *(codes.PATCH_TOO_LATE, codes.PATCH_NOT_LIVE, codes.PATCH_LIST_DIFFERS, codes.PATCH_FAILED),
        *(codes.PROCESS_IS_PATCHED, codes.WORKER_NOT_PATCHED, codes.BLOCKING_DRIVER),
        *(codes.ADDRESS_IN_USE, codes.PACKAGE_MISSING, codes.IMPORT_FAILED, codes.STEP_FAILED),
        *(codes.APP_ATTRIBUTE_MISSING, codes.NOT_A_FLASK, codes.CALL_FAILED, codes.NOT_CHECKED),
        *(codes.ASSEMBLING_TIMED_OUT, codes.ASSEMBLING_CRASHED, codes.SOURCE_FAILED),
        *(codes.CONFIG_KEY_MISSING, codes.CONFIG_FILE_MISSING, codes.CONFIG_FILE_BROKEN),
        *(codes.SETTINGS_INVALID, codes.CONFIG_NOT_A_MAPPING, codes.DATABASE_AWAY),
        *(codes.MIGRATION_FAILED, codes.NOT_AT_HEAD, codes.DATABASE_AHEAD, codes.MIGRATION_LOCK),
        codes.SQL_NOT_WRITTEN,
    )
)
# What is only found if the environment is known.
FOUND_IN_ENV = frozenset({codes.UNSET_VARIABLE.number, codes.REQUIRED_VARIABLE.number})
MARK = b"assembler: ignore"
COMMENT = (
    r"(?:^|(?<=\s))#[ \t]*assembler:[ \t]*(?P<kind>ignore-file|ignore)\b"
    r"(?:\[(?P<names>[^\]\r\n]*)\])?"
)
BLOCK = re.compile(r"(?:[&!]\S*\s+)*[|>]")
LAST = (sys.maxsize, 0)
NAME = re.compile(r"[^\s,](?:[^,\]]*[^\s,\]])?")


@dataclass(slots=True, eq=False, repr=False)
class _Silence:
    """One name of one comment."""

    number: str  # of the code
    text: str
    place: Place
    is_used: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Silences:
    """What the comments of one file silence."""

    # By the code's number and the line; ``None``: the whole file.
    entries: defaultdict[tuple[str, int | None], list[_Silence]] = field(
        default_factory=lambda: defaultdict(list)
    )
    faults: list[Diagnostic] = field(default_factory=list)  # of the comments themselves

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Return whether a comment silences ``diagnostic``, and record that it did."""
        if diagnostic.code in ALWAYS:
            return False
        lines = (diagnostic.place.span.line, None)
        matching = [
            entry for line in lines for entry in self.entries.get((diagnostic.code, line), ())
        ]
        for entry in matching:
            entry.is_used = True
        return bool(matching)

    def iter_unused(
        self, selection: Selection, *, is_deep: bool = False, has_env: bool = True
    ) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each that silenced nothing, of the rules that are on.

        Args:
            selection: Which are on.
            is_deep: Whether the profiles were assembled as well.
            has_env: Whether the environment was known.
        """
        for entry in chain.from_iterable(self.entries.values()):
            is_asked = (is_deep or entry.number not in FOUND_BY_RUNNING) and (
                has_env or entry.number not in FOUND_IN_ENV
            )
            if is_asked and entry.number in selection.numbers and not entry.is_used:
                message = f"'{entry.text}' silences nothing here"
                yield codes.UNUSED_IGNORE.at(entry.place, message, hint="Remove it.")
        yield from self.faults


def parse_silences(source: bytes, path: str, root: Node | None) -> Silences | None:
    """Read the comments of a file; ``None`` if there are none, which is cheap to tell.

    Args:
        source: The contents of the file.
        path: Its path, as shown.
        root: The parsed file: what looks like a comment inside a string is not one.
    """
    if MARK not in source:
        return None
    silences = Silences()
    is_head = True
    # Lines as the parser counts them, columns as if there were no byte order mark.
    lines = LINE_BREAK.split(source.decode("utf-8-sig", "replace"))
    mappings = (one for one in iter_nodes(root) if isinstance(one, MappingNode))
    keys = (entry.key for mapping in mappings for entry in mapping.entries.values())
    texts = sorted(_find_span(one, lines) for one in (*iter_scalars(root), *keys) if not one.plain)
    for number, line in enumerate(lines, start=1):
        match = next(
            (
                found
                for found in re.finditer(COMMENT, line)
                if not _is_inside((number - 1, found.start()), texts)
            ),
            None,
        )
        if match is not None:
            _add(silences, match, number, path, is_head=is_head)
        is_head = is_head and (not line.strip() or line.lstrip().startswith("#"))
    return silences


def _is_inside(position: Position, spans: list[Bounds]) -> bool:
    """Return whether a position is in one of ``spans``, which are sorted and apart."""
    before = bisect_right(spans, (position, LAST))
    return before > 0 and position < spans[before - 1][1]


def _find_span(text: ScalarNode, lines: list[str]) -> Bounds:
    """Return where a string starts and ends, from 0; after a `|` there may be a comment."""
    start, end = (text.start.line, text.start.column), (text.end.line, text.end.column)
    is_block = BLOCK.match(lines[start[0]], start[1]) is not None
    return ((start[0] + 1, 0) if is_block else start), end


def _add(
    silences: Silences, match: re.Match[str], number: int, path: str, *, is_head: bool
) -> None:
    place = Place(path, Span(number, match.start() + 1, number, match.end() + 1))
    is_file = match["kind"] == "ignore-file"
    names = list(NAME.finditer(match.string, *match.span("names"))) if match["names"] else []
    if not names:
        message = "the comment names no rule to silence"
        hint = "Write `# assembler: ignore[name] reason`."
        silences.faults.append(codes.MALFORMED_IGNORE.at(place, message, hint=hint))
    elif is_file and not is_head:
        message = "ignore-file must come at the top of the file, before anything else"
        silences.faults.append(
            codes.MALFORMED_IGNORE.at(place, message, hint="Move it to the first lines.")
        )
    else:
        for written in names:
            name = written.group()
            line = None if is_file else number
            own = Span(number, written.start() + 1, number, written.end() + 1)
            one = place if len(names) == 1 else Place(path, own)
            code, retired = find_code(name), find_retired(name)
            if code is not None:
                silences.entries[code.number, line].append(_Silence(code.number, name, one))
            elif retired is not None:
                found = codes.UNUSED_IGNORE.at(one, str(retired), hint="Remove it.")
                silences.faults.append(found)
            else:
                known = [known.name for known in codes.CODES]
                meant = render_suggestion(name, known, "`assembler rules` lists them.")
                message = f"unknown rule '{name}'"
                silences.faults.append(codes.MALFORMED_IGNORE.at(place, message, hint=meant))
