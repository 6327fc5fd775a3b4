"""Define how a trial reports to the linter: a line of JSON for each message, over a pipe.

Anything else is a stack that Python itself wrote when a signal ended the process.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.plain import parse_diagnostic, parse_place

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic, Place

__all__ = ["Frame", "TrialTold", "parse_told"]

FRAME = re.compile(r'^\s+File "(?P<file>[^"]+)", line (?P<line>\d+) in (?P<name>.+)$')


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of a stack."""

    file: str
    line: int
    name: str


@dataclass(slots=True)
class TrialTold:
    """What a trial said until it ended."""

    isolation: str = ""  # a name of `assembler.linting.deep.ISOLATIONS`
    place: Place | None = None  # of what it did last
    doing: str = ""  # in words, after "while"
    reached: list[str] = field(default_factory=list)  # addresses, since that began
    found: list[Diagnostic] = field(default_factory=list)
    is_done: bool = False
    defect: str | None = None  # the traceback of an error of ours
    frames: list[Frame] = field(default_factory=list)  # the innermost first


def parse_told(text: bytes) -> TrialTold:
    """Read all that a trial reported; a line that was cut off is skipped."""
    told = TrialTold()
    for line in text.decode("utf-8", "replace").splitlines():
        frame = FRAME.match(line)
        if frame is not None:
            told.frames.append(Frame(frame["file"], int(frame["line"]), frame["name"]))
        elif line.startswith("{"):
            try:
                message = json.loads(line)
            except ValueError:
                continue
            _take(told, message)
    return told


def _take(told: TrialTold, message: dict[str, Any]) -> None:
    if "at" in message:
        told.place, told.doing = parse_place(message["at"]), message["doing"]
        told.reached.clear()
    if "reached" in message:
        told.reached.append(message["reached"])
    if "found" in message:
        told.found.append(parse_diagnostic(message["found"]))
    told.isolation = message.get("isolation", told.isolation)
    told.defect = message.get("defect", told.defect)
    told.is_done = message.get("done", told.is_done)
