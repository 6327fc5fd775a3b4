"""Find who decides whether debug is on, as far as that can be read before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.faults import StepFault
from assembler.document.ends import strip_newline
from assembler.document.nodes import ScalarNode, find_text
from assembler.planning.plan import Decision
from assembler.planning.set_values import type_value
from assembler.planning.static_sources import find_named_file, read_named_file
from assembler.steps.known_values import UNSET, read_known

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Place
    from assembler.document.nodes import Node
    from assembler.language.profile import Step
    from assembler.planning.plan import Plan, PlannedStep

__all__ = ["DebugFlag", "Setter", "find_debug_flag", "render_debug_setter"]

KEY, VARIABLE = "DEBUG", "FLASK_DEBUG"
# Returns the config of the object that a node names, from its source; ``None``: not certain.
ReadObject = Callable[["Node | None"], "Mapping[str, object] | None"]
# What a source does to the flag, where its value is not known.
LEAVES, MAY_SET = "leaves", "may set"


class Setter(NamedTuple):
    """Who sets the flag, in words, and where that is written."""

    words: str
    place: Place | None = None

    def __str__(self) -> str:
        """Return both."""
        if self.place is None:
            return self.words
        return f"{self.words} ({self.place.path}:{self.place.span.line})"


class DebugFlag(NamedTuple):
    """The flag, and who sets it; ``None``: it is decided at run, by those named."""

    value: bool | None
    setters: tuple[Setter, ...]

    @property
    def by(self) -> str:
        """Who sets it, without places."""
        return ", ".join(one.words for one in self.setters)

    def __str__(self) -> str:
        """Return it in words."""
        by = ", ".join(map(str, self.setters))
        if self.value is None:
            return f"debug decided at run, by {by}"
        return f"debug {str(self.value).lower()}, by {by}"


class _Sources(NamedTuple):
    """What reading the sources of a plan needs."""

    plan: Plan
    env: Mapping[str, str]
    root: Path
    read_object: ReadObject

    def read_values(self, step: Step) -> object:
        node = step.options.get(KEY)
        if node is None:
            return LEAVES
        value = type_value(KEY, node)
        if not isinstance(value, ScalarNode):
            return MAY_SET
        return LEAVES if value.is_interpolated and not value.text else value.value

    def read_env(self, step: Step) -> object:
        prefix = step.options.get("prefix")
        name = "FLASK" if prefix is None else find_text(prefix)
        if name is None:
            return MAY_SET
        text = self.env.get(f"{name}_{KEY}")
        return LEAVES if text is None else _read_string(text)

    def read_file(self, step: Step) -> object:
        named = find_named_file(self.plan.profile, self.root, step)
        read = None if named is None else read_named_file(named, self.env)
        if read is None:
            return MAY_SET
        value = read.values.get(KEY, LEAVES)
        is_string = read.named.is_of_strings and value is not LEAVES
        return _read_string(str(value)) if is_string else value

    def read_target(self, step: Step) -> object:
        config = self.read_object(step.options.get("target"))
        value = MAY_SET if config is None else config.get(KEY, LEAVES)
        return value if isinstance(value, bool) or value is LEAVES else MAY_SET


READERS: dict[str, Callable[[_Sources, Step], object]] = {
    "values": _Sources.read_values,
    "object": _Sources.read_target,
    "env": _Sources.read_env,
    "file": _Sources.read_file,
    "dotenv": _Sources.read_file,
}


def find_debug_flag(
    plan: Plan, env: Mapping[str, str], root: Path, read_object: ReadObject
) -> DebugFlag:
    """Return the flag and who decides it; reads the config files of the project that hold data.

    Args:
        plan: Of the profile.
        env: The environment.
        root: The project's root.
        read_object: Reads the source of an object.
    """
    if plan.is_debug_declared:
        return DebugFlag(plan.debug, (Setter("the profile", plan.profile.place_of("debug")),))
    sources = _Sources(plan, env, root, read_object)
    undecided: list[Setter] = []
    for planned in reversed(plan.config):
        value = _ask(sources, planned)
        if value is MAY_SET:
            undecided.insert(0, _build_setter(planned.step))
        elif value is not LEAVES:
            return _build(undecided, bool(value), _build_setter(planned.step))
    is_set = bool(strip_newline(env.get(VARIABLE, "")))
    return _build(undecided, plan.debug, Setter(VARIABLE if is_set else "default"))


def render_debug_setter(plan: Plan, source: str | None) -> str:
    """Return, in words, who set the flag: the config source called ``source``, or FLASK_DEBUG."""
    for step in plan.profile.config:
        if step.name == source:
            return str(_build_setter(step))
    return VARIABLE if source is None else f"config source '{source}'"


def _build_setter(step: Step) -> Setter:
    return Setter(f"config source '{step.name}'", step.place)


def _ask(sources: _Sources, planned: PlannedStep) -> object:
    if planned.decision is Decision.SKIPPED:
        return LEAVES
    reader = READERS.get(planned.step.use)
    value = MAY_SET if reader is None else reader(sources, planned.step)
    return MAY_SET if value is not LEAVES and planned.decision is Decision.AT_RUN else value


def _build(undecided: list[Setter], value: bool, setter: Setter) -> DebugFlag:  # noqa: FBT001 - the flag
    return DebugFlag(None, tuple(undecided)) if undecided else DebugFlag(value, (setter,))


def _read_string(text: str) -> object:
    try:
        value = read_known(KEY, strip_newline(text), str)
    except StepFault:  # running it says so
        return MAY_SET
    return LEAVES if value is UNSET else value
