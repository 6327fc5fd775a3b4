"""Read the differences that are expected, each with its reason, from a file beside the profile."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.document import load_document
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode
from assembler.files import DIFFERENCES_SUFFIX, is_file
from assembler.ledger.look import PLURALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.document.nodes import Node
    from assembler.ledger.comparing import Difference

__all__ = ["Expectation", "find_expected_file", "load_expectations", "sort_out"]

KEYS = ("kind", "key", "change", "reason")
NEEDED = ("kind", "key", "reason")
CHANGES = ("added", "changed", "removed", "moved")
EXAMPLE = "{kind: hook, key: before_request, reason: The load balancer does it.}"


class Expectation(NamedTuple):
    """A difference that is meant."""

    kind: str
    key: str  # a pattern as of file names
    change: str | None  # None: any
    reason: str
    place: Place

    def fits(self, difference: Difference) -> bool:
        """Return whether it is this one."""
        is_change = self.change in {None, difference.change}
        return self.kind == difference.kind and is_change and fnmatchcase(difference.key, self.key)


def find_expected_file(profile: str) -> str | None:
    """Return the file beside a profile that lists its differences, if there is one."""
    file = Path(profile)
    beside = file.with_name(f"{file.stem}{DIFFERENCES_SUFFIX}")
    return str(beside) if is_file(beside) else None


def load_expectations(path: str) -> list[Expectation]:
    """Read the file.

    Raises:
        ProfileError: with all that is wrong with it.
    """
    found = Collector()
    root = load_document(Path(path), path, found)
    found.raise_errors()
    assert root is not None
    entries = root.get("differences")
    for key, entry in root.entries.items():
        if key != "differences":
            message, hint = f'unknown key "{key}"', "Only `differences` may stand here."
            found.add(codes.UNKNOWN_KEY.at(entry.key.place, message, hint=hint))
    expected: list[Expectation] = []
    if isinstance(entries, SequenceNode):
        expected = [one for node in entries.items if (one := _read_entry(node, found))]
    elif entries is not None:
        message = "expected a list of differences"
        found.add(codes.WRONG_TYPE.at(entries.place, message, hint=f"Write `- {EXAMPLE}`."))
    found.raise_errors()
    return expected


def sort_out(
    differences: Sequence[Difference], expected: Sequence[Expectation]
) -> tuple[list[Difference], list[tuple[Difference, str]], list[Diagnostic]]:
    """Return the differences that nobody expects, those with their reasons, and unused entries."""
    unexpected: list[Difference] = []
    known: list[tuple[Difference, str]] = []
    used: set[int] = set()
    for difference in differences:
        fitting = [index for index, one in enumerate(expected) if one.fits(difference)]
        used.update(fitting)
        if fitting:
            known.append((difference, expected[fitting[0]].reason))
        else:
            unexpected.append(difference)
    unused = [
        codes.UNUSED_EXPECTATION.at(
            one.place,
            f"there is no difference of {one.kind} '{one.key}' any more",
            hint="Remove this entry.",
        )
        for index, one in enumerate(expected)
        if index not in used
    ]
    return unexpected, known, unused


def _read_entry(node: Node, found: Collector) -> Expectation | None:
    if not isinstance(node, MappingNode):
        message = "expected a mapping with kind, key and reason"
        found.add(codes.WRONG_TYPE.at(node.place, message, hint=f"Write `- {EXAMPLE}`."))
        return None
    texts: dict[str, str] = {}
    for key, entry in node.entries.items():
        if key not in KEYS:
            hint = render_suggestion(key, KEYS, f"The keys are {', '.join(KEYS)}.")
            found.add(codes.UNKNOWN_KEY.at(entry.key.place, f'unknown key "{key}"', hint=hint))
        elif not isinstance(entry.value, ScalarNode) or not entry.value.text.strip():
            message = f"{key}: expected a text"
            found.add(codes.WRONG_TYPE.at(entry.value.place, message, hint=f"Write `{EXAMPLE}`."))
        else:
            texts[key] = entry.value.text
            _check_word(key, entry.value, found)
    missing = [key for key in NEEDED if key not in node.entries]
    for key in missing:
        message = f'the key "{key}" is missing'
        found.add(codes.MISSING_KEY.at(node.place, message, hint=f"Write `{EXAMPLE}`."))
    if not all(key in texts for key in NEEDED):
        return None
    change = texts.get("change")
    return Expectation(texts["kind"], texts["key"], change, texts["reason"], node.place)


def _check_word(key: str, value: ScalarNode, found: Collector) -> None:
    known = {"kind": tuple(PLURALS), "change": CHANGES}.get(key)
    if known is not None and value.text not in known:
        hint = render_suggestion(value.text, known, f"Write one of {', '.join(known)}.")
        message = f'there is no {key} "{value.text}"'
        found.add(codes.WRONG_VALUE.at(value.place, message, hint=hint))
