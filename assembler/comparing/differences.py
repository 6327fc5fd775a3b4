"""Hold what differs between two profiles, as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = [
    "Change",
    "Comparison",
    "PartDifference",
    "PlannedFacts",
    "StepDifference",
    "Value",
    "ValueDifference",
]

Change = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a composed profile; two are the same if what they are compared by is."""

    shown: str = field(compare=False)  # as YAML; a secret masked, with its fingerprint
    path: str = field(compare=False)
    line: int = field(compare=False)
    variables: tuple[Mapping[str, object], ...] = field(compare=False)  # that decided it
    compared: tuple[str, ...] = field(repr=False)  # as it is, and as it is written

    def to_dict(self) -> dict[str, Any]:
        """Return what may be shown, in plain JSON types."""
        place = {"path": self.path, "line": self.line}
        return {"value": self.shown, **place, "variables": list(self.variables)}


class PlannedFacts(NamedTuple):
    """What is planned for a step."""

    use: str
    decision: str
    reason: str | None
    after: str | None  # the step before it; ``None``: it is the first of its kind
    path: str
    line: int


class ValueDifference(NamedTuple):
    """A value that came, went or changed."""

    change: Change
    key: str  # such as `extensions[database].with.pool_size`
    left: Value | None
    right: Value | None

    def to_dict(self) -> dict[str, Any]:
        """Return it in plain JSON types."""
        sides = {"left": self.left, "right": self.right}
        shown = {side: None if one is None else one.to_dict() for side, one in sides.items()}
        return {"change": self.change, "key": self.key, **shown}


class StepDifference(NamedTuple):
    """A step that came, went, moved, or of which something else is planned."""

    change: Change
    kind: str
    name: str
    left: PlannedFacts | None
    right: PlannedFacts | None

    def to_dict(self) -> dict[str, Any]:
        """Return it in plain JSON types."""
        sides = {"left": self.left, "right": self.right}
        shown = {side: None if one is None else one._asdict() for side, one in sides.items()}
        return {"change": self.change, "kind": self.kind, "name": self.name, **shown}


class PartDifference(NamedTuple):
    """A part of the assembled app that came, went, changed or moved."""

    change: Change
    kind: str  # as the ledger names it
    key: str
    left: str | None  # what it is, secrets masked
    right: str | None
    left_place: str | None  # of the step that made it so
    right_place: str | None


class Comparison(NamedTuple):
    """What differs between two profiles."""

    left: str  # the names of both, as shown
    right: str
    # `unknown`: one of them cannot be planned; `added` and `removed`: there is only one.
    status: Literal["same", "different", "added", "removed", "unknown"]
    steps: Sequence[StepDifference] = ()
    values: Sequence[ValueDifference] = ()
    parts: Sequence[PartDifference] = ()  # only where both apps were assembled
    diagnostics: Sequence[Diagnostic] = ()  # why it is not known; secrets masked
    is_base: bool = False  # abstract, so that its differences show in what extends it
