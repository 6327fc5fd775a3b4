"""Give a composed profile its types."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING

from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, Severity, Span
from assembler.document.nodes import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    find_place,
    remove_all,
    to_plain,
)
from assembler.language.condition import parse_condition
from assembler.language.interpolation import interpolate
from assembler.language.profile import LATEST_VERSION, Profile
from assembler.language.validation import iter_diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assembler.diagnostics.diagnostic import Collector, Diagnostic
    from assembler.language.composition import Composed
    from assembler.language.profile import Step

__all__ = ["validate_profile"]

LIMIT_ATTEMPTS = 10  # at typing what is left of a profile; a list may be wrong once it is shorter


def validate_profile(
    composed: Composed, env: Mapping[str, str] | None, found: Collector
) -> Profile | None:
    """Interpolate and type a composed profile.

    Args:
        composed: The profile.
        env: Stands in for the environment; ``None`` leaves variables without a default unknown.
        found: Gets every diagnostic.

    Returns:
        ``None`` where the shape is wrong.
    """
    root = interpolate(composed.root, env, found)
    sound, without_use = root, set[Place]()
    for attempt in range(LIMIT_ATTEMPTS):
        try:
            profile = Profile.model_validate(to_plain(sound, as_text=True))
            break
        except ValidationError as error:
            if not attempt:  # what is wrong later comes of what was taken out
                _add_faults(error, root, found)
            sound, lost = _remove_wrong(sound, error)
            without_use |= lost
    else:
        return None
    # The root has what is not known yet as well, which `show` shows.
    profile.attach(composed=composed, node=root)
    _attach_nodes(profile, sound)
    _check_version(profile, found)
    for kind in ("patches", "config", "extensions"):
        for step in getattr(profile, kind):
            lost_its_use = without_use and step.node.place in without_use
            _check_step(step, kind, found, has_use=not lost_its_use)
    return profile


def _add_faults(error: ValidationError, root: MappingNode, found: Collector) -> None:
    said = _Said(one for one in found.found if one.severity is Severity.ERROR)
    for fault in iter_diagnostics(error, root, Profile, has_references=False):
        if not said.explains(fault):
            found.add(fault)


class _Said:
    """What is said already, found by its place: there may be thousands."""

    def __init__(self, said: Iterable[Diagnostic]) -> None:
        errors = list(said)
        self._places = sorted({one.place for one in errors})
        self._same = set(self._places)
        spaces = (one.place for one in errors if one.code == codes.MISSING_SPACE.number)
        self._spaces = sorted(set(spaces))

    def explains(self, fault: Diagnostic) -> bool:
        """Tell whether ``fault`` comes of it: is at its place, or has it inside of its text."""
        # A character that cannot be seen in a key, or `key:value` where a mapping belongs.
        is_key = fault.code == codes.UNKNOWN_KEY.number
        inner = self._places if is_key else self._spaces
        return fault.place in self._same or _has_inside(inner, fault.place)


def _has_inside(places: list[Place], outer: Place) -> bool:
    """Tell whether one of ``places``, which are sorted, is inside of ``outer``."""
    starts, ends = outer.span[:2], outer.span[2:]
    first = bisect_left(places, Place(outer.path, Span(*starts, *starts)))
    for place in islice(places, first, None):
        if place.path != outer.path or place.span[:2] > ends:
            break
        if place.span[2:] <= ends:
            return True
    return False


def _remove_wrong(root: MappingNode, error: ValidationError) -> tuple[MappingNode, set[Place]]:
    """Take out what is wrong, since the rest may hold more; give the steps that lose their use."""
    locations = [details["loc"] for details in error.errors(include_input=False, include_url=False)]
    lost = {
        find_place(root, where[:-1])[0]
        for where in locations
        if where[-1] == "use" or str(where[-1]).startswith("$")
    }
    return remove_all(root, locations), lost


def _attach_nodes(profile: Profile, root: MappingNode) -> None:
    """Tell every part where it stands."""
    for key, part in (("app", profile.app), ("server", profile.server)):
        node = root.get(key)
        is_there = isinstance(node, MappingNode)
        part.attach(node=node if is_there else MappingNode(root.path, root.start, root.start, {}))
    for key in ("patches", "config", "extensions"):
        node = root.get(key)
        items = node.items if isinstance(node, SequenceNode) else []
        for step, item in zip(getattr(profile, key), items, strict=True):
            step.attach(node=item, name=step.given_name or step.use, condition=None)


def _check_version(profile: Profile, found: Collector) -> None:
    hint = f"Write `version: {LATEST_VERSION}`."
    written = profile.composed.root.get("version")
    if written is None or (isinstance(written, ScalarNode) and written.value is None):
        place = Place(profile.composed.path) if written is None else written.place
        found.add(codes.MISSING_KEY.at(place, 'the key "version" is missing', hint=hint))
    elif profile.version is not None and profile.version != LATEST_VERSION:
        message = f"unknown version {profile.version}, expected {LATEST_VERSION}"
        found.add(codes.UNKNOWN_VERSION.at(profile.place_of("version"), message, hint=hint))


EXTENSIONS_ONLY = ("init", "as", "close", "app_context")


def _check_step(step: Step, kind: str, found: Collector, *, has_use: bool) -> None:
    if has_use and not step.use and step.as_ != "add_url_rule":
        place = step.node.place
        found.add(
            codes.MISSING_KEY.at(place, 'the key "use" is missing', hint="Say what the step uses.")
        )
    if kind != "extensions":
        for key in EXTENSIONS_ONLY:
            if key in step.node.entries:
                place = step.node.entries[key].key.place
                message = f'"{key}" is for extensions, and this is a step of {kind}'
                found.add(codes.UNKNOWN_KEY.at(place, message, hint=f"Remove `{key}`."))
    when = step.node.get("when")
    if isinstance(when, ScalarNode) and when.value is None and when.written is None:
        when = None
    if when is not None:
        condition = parse_condition(when, found, config_allowed=kind != "patches")
        step.attach(condition=condition)
