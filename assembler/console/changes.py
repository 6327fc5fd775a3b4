"""Compare what two boots were made of, or a boot with what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field

from assembler.comparing.snapshot import restore_values, take_values
from assembler.comparing.values import compare_values
from assembler.console.shown import Shown
from assembler.ledger.comparing import compare_ledgers
from assembler.ledger.snapshot import restore_ledger, take_ledger
from assembler.secrets.fingerprints import get_server_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.comparing.differences import Value as ComparedValue
    from assembler.console.journal import OpenJournal
    from assembler.console.site import Site

__all__ = [
    "Changes",
    "Made",
    "Value",
    "ValueChange",
    "compare",
    "find_made",
    "list_changes",
    "take_running",
]

NO_VALUES = "The journal has not kept the profile of {}."
NO_EFFECTS = "Effects cannot be compared: nobody looked at what the steps did at {} (`ledger`)."
OTHER_KEY = "Secrets are compared only between boots of one start of the server."
HIDDEN = "The digests differ, and no value that is shown: a secret differs, or an order."


class Variable(Shown):
    """A variable that decided a value."""

    name: str
    is_set: bool
    file: str | None = Field(description="The `.env` file that set it.")


class Value(Shown):
    """A value of a composed profile, and what set it."""

    value: str = Field(description="As YAML; a secret as `***#` and a fingerprint.")
    path: str
    line: int
    variables: list[Variable]


class ValueChange(Shown):
    """A value that came, went or changed."""

    change: str = Field(description="added, changed or removed.")
    key: str
    left: Value | None = Field(description="As it was.")
    right: Value | None


class EffectChange(Shown):
    """A part of the app that came, went, changed or moved."""

    change: str = Field(description="added, changed, removed or moved.")
    kind: str = Field(description="Such as route, hook, config, command, wsgi or signal.")
    key: str
    left: str | None = Field(description="As it was.")
    right: str | None
    left_step: str | None = Field(description="The step that had made it so.")
    right_step: str | None
    left_place: str | None = Field(description="Where that step was written.")
    right_place: str | None


class Changes(Shown):
    """What two boots were made of differently."""

    values: list[ValueChange]
    effects: list[EffectChange] | None = Field(description="null: a note says why.")
    notes: list[str]


class Made(NamedTuple):
    """What a boot was made of, as it can be compared."""

    name: str  # of the boot, in a note
    digest: str  # of its profile
    profile: Mapping[str, Any] | None  # ``None``: it is not kept
    effects: Mapping[str, Any] | None  # ``None``: nobody looked
    keyed: str = ""  # tells the key of the fingerprints
    fingerprints: Mapping[str, str] = {}


def find_made(journal: OpenJournal, boot: Mapping[str, Any], name: str) -> Made:
    """Return what a boot of the journal was made of."""
    hidden = boot["fingerprints"] or {"keyed": "", "values": {}}
    return Made(
        name,
        boot["digest"],
        journal.find_snapshot(boot["profile_snapshot"]),
        journal.find_snapshot(boot["effects_snapshot"]),
        hidden["keyed"],
        hidden["values"],
    )


def take_running(site: Site) -> Made:
    """Return what runs is made of."""
    profile, ledger = site.loaded.plan.profile, site.ledger
    found = take_values(profile.node, site.mask, get_server_key())
    return Made(
        "this boot",
        profile.composed.digest,
        {"values": found.shown},
        None if ledger is None else take_ledger(ledger, site.mask),
        found.keyed,
        found.fingerprints,
    )


def compare(left: Made, right: Made) -> Changes:
    """Return what is different in ``right``."""
    values, notes = _compare_values(left, right)
    lacking = [one.name for one in (left, right) if one.effects is None]
    if lacking:
        notes.append(NO_EFFECTS.format(" and ".join(lacking)))
    return Changes(values=values, effects=_compare_effects(left, right), notes=notes)


def _compare_values(left: Made, right: Made) -> tuple[list[ValueChange], list[str]]:
    """Return the values that differ, and what is to be said of the comparison."""
    if left.profile is None or right.profile is None:
        return [], [NO_VALUES.format((left if left.profile is None else right).name)]
    is_keyed = left.keyed == right.keyed
    found = list_changes(
        restore_values(left.profile["values"], left.fingerprints if is_keyed else {}),
        restore_values(right.profile["values"], right.fingerprints if is_keyed else {}),
    )
    notes = []
    if not is_keyed and left.fingerprints and right.fingerprints:
        notes.append(OTHER_KEY)
    if not found and left.digest != right.digest:
        notes.append(HIDDEN)
    return found, notes


def list_changes(
    left: Mapping[str, ComparedValue], right: Mapping[str, ComparedValue]
) -> list[ValueChange]:
    """Return the values that came, went or changed."""
    return [
        ValueChange(change=one.change, key=one.key, left=_show(one.left), right=_show(one.right))
        for one in compare_values(left, right)
    ]


def _show(value: ComparedValue | None) -> Value | None:
    return None if value is None else Value(**value.to_dict())


def _compare_effects(left: Made, right: Made) -> list[EffectChange] | None:
    if left.effects is None or right.effects is None:
        return None
    found = compare_ledgers(*(restore_ledger(one, "") for one in (left.effects, right.effects)))
    return [
        EffectChange(
            **{name: value for name, value in one._asdict().items() if not name.endswith("_place")},
            left_place=one.left_place and str(one.left_place),
            right_place=one.right_place and str(one.right_place),
        )
        for one in found
    ]
