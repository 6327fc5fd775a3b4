"""Hold what an app is made of, and what each step did to it: plain values, comparable, JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FORMAT",
    "NO_IMPORTS",
    "Effect",
    "Imported",
    "Ledger",
    "Part",
    "Reads",
    "StepLedger",
    "StepPlace",
    "restore",
]

Change = Literal["added", "changed", "removed", "moved"]
FORMAT = 1  # of the JSON; it grows where a reader of the last one would misread it


class StepPlace(NamedTuple):
    """Where a step is written: a file, its line and column from 1."""

    path: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        """Return ``path:line:column``."""
        return f"{self.path}:{self.line}:{self.column}"


class Effect(NamedTuple):
    """One observable change that a step made."""

    kind: str  # as in `assembler.ledger.look`: route, hook, config, …
    key: str  # which one: a rule, an endpoint, a config key
    change: Change
    detail: str  # what it is now, or was if it is removed; secrets masked
    was: str | None = None  # what a changed one was before


class Part(NamedTuple):
    """One thing that the finished app is made of; those of one key are in order."""

    kind: str
    key: str
    detail: str  # secrets masked
    digest: str  # a keyed fingerprint of the detail, before it was masked and cut


Restored = TypeVar("Restored", StepPlace, Effect, Part)


class Imported(NamedTuple):
    """The modules that a step imported, with the dearest of them and its own milliseconds."""

    modules: int = 0  # how many
    ms: float = 0.0
    dearest: tuple[tuple[str, float], ...] = ()


class Reads(NamedTuple):
    """The config keys that a step asked for."""

    found: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    is_all: bool = False  # whether it went through all of them


NO_READS, NO_IMPORTS = Reads(), Imported()


@dataclass(frozen=True, slots=True)
class StepLedger:
    """What one step did; times in milliseconds, without those of looking."""

    kind: str  # patch, app, config, extension, finish or factory
    name: str
    use: str
    place: StepPlace | None = None
    outcome: str = "done"
    reason: str | None = None  # for all but plain success
    after: tuple[str, ...] = ()  # the extension steps that the profile keeps before this one
    effects: tuple[Effect, ...] = ()
    reads: Reads = NO_READS
    wrote: tuple[str, ...] = ()  # config keys, also those set to what they were
    asked: tuple[str, ...] = ()  # keys of `app.extensions` that it looked up
    imported: Imported = NO_IMPORTS
    import_ms: float = 0.0
    run_ms: float = 0.0

    @property
    def total_ms(self) -> float:
        """How long it took."""
        return self.import_ms + self.run_ms


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account of one app: the steps that made it, and what it is made of in the end."""

    source: str  # the profile's file, or the factory
    steps: tuple[StepLedger, ...]
    parts: tuple[Part, ...]
    keyed: str = ""  # tells which key the digests were made with

    @property
    def total_ms(self) -> float:
        """How long all steps took."""
        return sum(step.total_ms for step in self.steps)

    def find_step(self, kind: str, key: str) -> StepLedger | None:
        """Return the last step that touched a part; ``None``: none did."""
        for step in reversed(self.steps):
            if any(one.kind == kind and one.key == key for one in step.effects):
                return step
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return the ledger in plain JSON types, as ``assembler schema --ledger`` describes it."""
        steps = [_dump_step(step) for step in self.steps]
        return {
            "format": FORMAT,
            "source": self.source,
            "total_ms": round(sum(step["import_ms"] + step["run_ms"] for step in steps), 3),
            "keyed": self.keyed,
            "steps": steps,
            "parts": [part._asdict() for part in self.parts],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Ledger:
        """Return the ledger that `to_dict` gave.

        Raises:
            ValueError: if it is of another format, or no ledger.
        """
        try:
            if data["format"] != FORMAT:
                message = f"expected a ledger of format {FORMAT}, got {data['format']!r}"
                raise ValueError(message)
            return cls(
                source=data["source"],
                steps=tuple(_load_step(step) for step in data["steps"]),
                parts=tuple(restore(Part, part) for part in data["parts"]),
                keyed=data["keyed"],
            )
        except (KeyError, TypeError) as error:
            message = f"this is no ledger: {error}"
            raise ValueError(message) from error


def restore(kind: type[Restored], data: Mapping[str, Any]) -> Restored:
    """Return what was dumped as a mapping; a later version may have put more into it."""
    return kind(**{name: data[name] for name in kind._fields if name in data})


def _dump_step(step: StepLedger) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "name": step.name,
        "use": step.use,
        "place": None if step.place is None else step.place._asdict(),
        "outcome": step.outcome,
        "reason": step.reason,
        "after": list(step.after),
        "effects": [effect._asdict() for effect in step.effects],
        "reads": {
            "found": list(step.reads.found),
            "absent": list(step.reads.absent),
            "is_all": step.reads.is_all,
        },
        "wrote": list(step.wrote),
        "asked": list(step.asked),
        "imported": {
            "modules": step.imported.modules,
            "ms": round(step.imported.ms, 3),
            "dearest": [
                {"module": name, "ms": round(own, 3)} for name, own in step.imported.dearest
            ],
        },
        "import_ms": round(step.import_ms, 3),
        "run_ms": round(step.run_ms, 3),
    }


def _load_step(data: dict[str, Any]) -> StepLedger:
    reads, imported, place = data["reads"], data["imported"], data["place"]
    return StepLedger(
        kind=data["kind"],
        name=data["name"],
        use=data["use"],
        place=None if place is None else restore(StepPlace, place),
        outcome=data["outcome"],
        reason=data["reason"],
        after=tuple(data["after"]),
        effects=tuple(restore(Effect, effect) for effect in data["effects"]),
        reads=Reads(tuple(reads["found"]), tuple(reads["absent"]), reads["is_all"]),
        wrote=tuple(data["wrote"]),
        asked=tuple(data["asked"]),
        imported=Imported(
            imported["modules"],
            imported["ms"],
            tuple((one["module"], one["ms"]) for one in imported["dearest"]),
        ),
        import_ms=data["import_ms"],
        run_ms=data["run_ms"],
    )
