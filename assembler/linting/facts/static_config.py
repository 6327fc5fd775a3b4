"""Read what config sources set, as far as that needs neither code nor an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.modules.config_object import read_config_object
from assembler.planning.plan import Decision
from assembler.planning.static_sources import find_named_file, read_named_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.language.profile import Step
    from assembler.linting.facts.profile_view import ProfileView
    from assembler.planning.static_sources import ReadFile

__all__ = ["find_static_config", "iter_config_files"]


def find_static_config(view: ProfileView) -> dict[str, Any] | None:
    """Return the keys that files and classes set; ``None``: any key may be set.

    By a source, the app or the caller. Of a class the value may be `SET_AT_RUN`.

    `values` sources are left out: their nodes say it.
    """
    # A profile without any source has its config from its caller.
    if "use" in view.profile.app.node.entries or not view.plan.config:
        return None
    found: dict[str, Any] = {}
    # The last first: often that is one that nobody can read, and the others need not be read.
    for planned in reversed(view.plan.config):
        if planned.step.use == "values":
            continue
        values = _read_source(view, planned.step)
        if values is None:
            return None
        found = {**values, **found}
    return found


def _read_source(view: ProfileView, step: Step) -> Mapping[str, Any] | None:
    if step.use == "object":
        return read_config_object(step.options.get("target"), view.modules, view.policy)
    named = find_named_file(view.profile, view.root, step)
    read = None if named is None else read_named_file(named, view.env or {})
    return None if read is None else read.values


def iter_config_files(view: ProfileView) -> Iterator[tuple[Step, ReadFile]]:
    """Yield the project's config files that hold data, each with the step that reads it."""
    for planned in view.plan.config:
        if planned.decision is Decision.SKIPPED:
            continue
        named = find_named_file(view.profile, view.root, planned.step)
        read = None if named is None else read_named_file(named, view.env or {})
        if read is not None:
            yield planned.step, read
