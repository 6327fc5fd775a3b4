"""Draft the profile of what a factory does: its steps in order, named, and what is left over."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.adopting.actions import AS_WATCHED, CONFIRMED, SOURCE_ONLY, Action, Leftover
from assembler.adopting.config_blocks import find_apps, sets_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Change", "Draft", "Todo", "draft"]

MERGED = frozenset({"attributes", "values", "imports", "directories"})
WEIGHT = {CONFIRMED: 0, AS_WATCHED: 1, SOURCE_ONLY: 2}


@dataclass(frozen=True, slots=True)
class Todo:
    """What a profile has no words for, at its place among the steps."""

    leftover: Leftover


@dataclass(frozen=True, slots=True)
class Change:
    """What an overlay says of a step: its keys, in their order."""

    keys: dict[str, Any]
    action: Action | None = None  # what it makes of the step; ``None``: it turns it off


@dataclass(slots=True)
class Draft:
    """A profile that is to be written."""

    role: str = "web"
    description: str = ""
    app: Action | None = None
    config: list[Any] = field(default_factory=list)  # actions; of an overlay, changes too
    extensions: list[Any] = field(default_factory=list)  # the same, and what is left over
    patches: list[Any] = field(default_factory=list)
    server: dict[str, Any] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    extends: str = ""
    is_abstract: bool = False

    @property
    def todos(self) -> list[Todo]:
        """What is left over."""
        return [one for one in self.extensions if isinstance(one, Todo)]

    def iter_notes(self) -> Iterator[tuple[Action, str]]:
        """Yield what is to be looked at in config, with the source."""
        sources = (one for one in self.config if isinstance(one, Action))
        return ((one, note) for one in sources for note in one.notes)


def draft(actions: Iterable[Action | Leftover], glue: Callable[[Leftover], Action | None]) -> Draft:
    """Return the profile of these actions; ``glue`` may give a step for what is left over."""
    found = Draft()
    late: list[Action] = []
    before: Action | Leftover | None = None  # what has set config and is no source
    for action in actions:
        if isinstance(action, Leftover):
            has_steps = any(isinstance(one, Action) for one in found.extensions)
            step = glue(replace(action, comes_first=not has_steps))
            if step is not None and step.kind == "config":
                late.append(step)
            else:
                found.extensions.append(step or Todo(action))
                before = before or (action if _sets_config(action) else None)
        elif action.kind == "app":
            found.app = replace(action)
        elif action.kind == "config":
            notes = [*action.notes, *([] if before is None else [_describe_order(before)])]
            (late if not action.is_default else found.config).append(replace(action, notes=notes))
        else:
            found.extensions.append(replace(action))
            before = before or (action if action.sets_config else None)
    found.config = _merge([*found.config, *late])
    found.extensions = _merge(found.extensions)
    _name(found.config)
    _name([one for one in found.extensions if isinstance(one, Action)])
    return found


def _sets_config(left: Leftover) -> bool:
    return any(sets_config(left.statements, app) for app in find_apps(left.scope))


def _describe_order(before: Action | Leftover) -> str:
    path = Path(os.path.relpath(before.file)).as_posix()
    return f"the factory does this after {path}:{before.line}, which sets config too"


def _merge(steps: list[Any]) -> list[Any]:
    """Join neighbours that one step can say."""
    merged: list[Any] = []
    for step in steps:
        last = merged[-1] if merged else None
        if isinstance(step, Action) and isinstance(last, Action) and _can_join(last, step):
            _join(last, step)
        else:
            merged.append(step)
    return merged


def _can_join(first: Action, second: Action) -> bool:
    is_same = (first.use, first.adapter) == (second.use, second.adapter)
    is_plain = first.name is None and second.name is None
    under = (first.when, first.is_in_context) == (second.when, second.is_in_context)
    if not (is_same and is_plain and under) or first.is_default != second.is_default:
        return False
    return first.use in MERGED or first.adapter == "error_handler"


def _join(first: Action, second: Action) -> None:
    for key, value in second.options.items():
        if key in {"modules", "paths"} and first.use in {"imports", "directories"}:
            first.options[key] = [*first.options[key], *value]
        elif key == "for":
            known = first.options["for"]
            first.options["for"] = [*(known if isinstance(known, list) else [known]), value]
        else:
            first.options = {**first.options, key: value}
    first.mark = max(first.mark, second.mark, key=lambda mark: WEIGHT[mark])


def _name(steps: list[Action]) -> None:
    """Give a name to each step that would be called as another one is."""
    taken = {step.name for step in steps if step.name}
    seen: set[str] = set()
    for step in steps:
        called = step.name or step.use
        if step.name is None and (called is None or called in seen):
            step.name = _find_name(step, taken | seen)
            taken.add(step.name)
        seen.add(step.name or step.use or "")


def _find_name(step: Action, taken: set[str]) -> str:
    given = (step.init or {}) | step.options
    words = [given.get(key) for key in ("name", "endpoint", "url_prefix", "target", "path", "rule")]
    base = next((str(one).strip("/") for one in words if isinstance(one, str)), "")
    last = (step.use or step.adapter or "step").rpartition(":")[2].rpartition(".")[2]
    if base and not base.startswith("$") and base not in taken:
        return base
    numbers = (f"{last} {number}" for number in range(2, 1000))
    return next(one for one in numbers if one not in taken)
