"""Write down what an app is made of, so that a later process can compare its own with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from assembler.ledger.look import KINDS, RECORDED
from assembler.ledger.values import Effect, Ledger, Part, StepLedger, StepPlace, restore
from assembler.secrets.plain import mask_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["restore_ledger", "take_ledger"]

KEYED = "as it is shown"  # in place of a key: what is hidden is not compared
# What `Fingerprints` puts behind what is masked or cut; another process has others.
FINGERPRINT = re.compile(r"(\*\*\*|…)#[0-9a-f]{12}|#[0-9a-f]{12}$")
# Kinds of which a process has some that no step has made.
OF_PROCESS = {kind.name for kind in KINDS if kind.is_of_process} | set(RECORDED)


def take_ledger(ledger: Ledger, scrub: Callable[[str], str]) -> dict[str, Any]:
    """Return the parts of an app and who made them, in plain JSON types: no times, no secrets.

    Of the process only what a step has made and what is there yet: boots made of the same are to
    have the same, whatever else runs beside them, or ends in the meantime.

    Args:
        ledger: What is to be written down.
        scrub: Masks the secrets that are known, which names and paths may have as well.
    """
    made = {(one.kind, one.key) for step in ledger.steps for one in step.effects}
    lasting = made & {(one.kind, one.key) for one in ledger.parts}

    def is_own(one: Effect | Part) -> bool:
        return one.kind not in OF_PROCESS or (one.kind, one.key) in lasting

    found: dict[str, Any] = {
        "steps": [
            {
                "kind": step.kind,
                "name": step.name,
                "place": None if step.place is None else step.place._asdict(),
                "effects": effects,
            }
            for step in ledger.steps
            if (effects := [[one.kind, _drop(one.key)] for one in step.effects if is_own(one)])
        ],
        "parts": [
            [one.kind, _drop(one.key), _drop(one.detail)] for one in ledger.parts if is_own(one)
        ],
    }
    masked: dict[str, Any] = mask_plain(found, scrub)
    return masked


def restore_ledger(data: Mapping[str, Any], source: str) -> Ledger:
    """Return a ledger that can be compared with others that were restored.

    A later version may have written more of each part and effect.
    """
    return Ledger(
        source=source,
        steps=tuple(_restore_step(one) for one in data["steps"]),
        parts=tuple(Part(kind, key, detail, detail) for kind, key, detail, *_ in data["parts"]),
        keyed=KEYED,
    )


def _restore_step(data: Mapping[str, Any]) -> StepLedger:
    place = data["place"]
    return StepLedger(
        kind=data["kind"],
        name=data["name"],
        use="",
        place=None if place is None else restore(StepPlace, place),
        effects=tuple(Effect(kind, key, "added", "") for kind, key, *_ in data["effects"]),
    )


def _drop(text: str) -> str:
    """Leave the fingerprints out: they are of a key that only this process has."""
    return FINGERPRINT.sub(lambda found: found[1] or "", text)
