"""Write a draft as the commented text of a profile."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from assembler.adopting.actions import Action
from assembler.adopting.drafting import Change, Todo
from assembler.adopting.texts import Interpolated, Typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.adopting.drafting import Draft

__all__ = ["list_keys", "render_draft"]

LIMIT_FLOW = 92  # longer collections get lines of their own
EVER = 1_000_000  # a width that no line has


class _Dumper(yaml.SafeDumper):
    """Writes each value where it is, and `${…}` quoted where it is a text."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Write the same value twice."""
        return True


def _represent(dumper: yaml.SafeDumper, text: Interpolated) -> yaml.ScalarNode:
    style = None if isinstance(text, Typed) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


_Dumper.add_representer(Interpolated, _represent)
_Dumper.add_representer(Typed, _represent)


def render_draft(draft: Draft) -> str:
    """Return the text of the profile; each step has the place it is from."""
    lines = [f"# {one}".rstrip() for one in draft.comments]
    lines += ["version: 1", *_render_head(draft)]
    if draft.config:
        lines += ["config:", *(line for step in draft.config for line in _render_step(step))]
    if draft.extensions:
        has_steps = len(draft.todos) < len(draft.extensions)
        lines.append("extensions:" if has_steps else "extensions: []")
        for one in draft.extensions:
            lines += _render_todo(one) if isinstance(one, Todo) else _render_step(one)
    if draft.server:
        lines += ["server:", *_render_options(draft.server, "  ")]
    return "".join(f"{line}\n" for line in lines)


def _render_head(draft: Draft) -> Iterator[str]:
    if draft.extends:
        yield f"extends: {draft.extends}"
    if draft.is_abstract:
        yield "abstract: true"
    if draft.role != "web":
        yield f"role: {draft.role}"
    if draft.description:
        yield f"description: {_dump(draft.description)}"
    if draft.app is not None:
        yield from _render_app(draft.app)
    if draft.patches:
        yield "patches:"
        yield from (f"  - {_dump(one)}" for one in draft.patches)


def render_place(action: Action) -> str:
    """Return the place of a step in the factory, and what the run says of it."""
    path = Path(os.path.relpath(action.file)).as_posix()
    return f"{path}:{action.line}, {action.mark}"


def _render_app(app: Action) -> Iterator[str]:
    yield f"app:  # {render_place(app)}"
    if app.use is not None:
        yield f"  use: {_dump(app.use)}"
    if app.options:
        yield from _render_key("with", app.options, "  ")


def list_keys(step: Action) -> dict[str, Any]:
    """Return the keys of a step, in their order."""
    keys: dict[str, Any] = {"use": step.use} if step.use else {}
    keys |= {"name": step.name} if step.name else {}
    keys |= {"as": step.adapter} if step.adapter else {}
    keys |= {"when": step.when} if step.when is not True else {}
    keys |= {"app_context": True} if step.is_in_context and step.kind == "extension" else {}
    keys |= {"with": step.options} if step.options else {}
    keys |= {"init": step.init} if step.init is not None else {}
    return keys


def _render_step(step: Action | Change) -> Iterator[str]:
    action = step if isinstance(step, Action) else step.action
    keys = list_keys(step) if isinstance(step, Action) else step.keys
    place = "" if action is None else f"  # {render_place(action)}"
    yield from (f"  # TODO {note}" for note in (action.notes if action is not None else ()))
    if list(keys) == ["use"]:
        yield f"  - {_dump(keys['use'])}{place}"
        return
    if isinstance(step, Change) and _fits(keys, "  - "):
        yield f"  - {_dump(keys)}{place}"
        return
    start = "  - "
    for key, value in keys.items():
        first, *rest = _render_key(key, value, "    ")
        yield f"{start}{first[4:]}{place}"
        yield from rest
        start, place = "    ", ""


def _render_todo(todo: Todo) -> Iterator[str]:
    left = todo.leftover
    path = Path(os.path.relpath(left.file)).as_posix()
    yield f"  # TODO {path}:{left.line}-{left.end_line}: {left.reason}"


def _render_key(key: str, value: Any, indent: str) -> Iterator[str]:  # noqa: ANN401 - YAML holds anything
    if not isinstance(value, (dict, list)) or not value or _fits(value, f"{indent}{key}: "):
        yield f"{indent}{key}: {_dump(value)}"
        return
    yield f"{indent}{key}:"
    yield from _render_options(value, f"{indent}  ")


def _render_options(value: Any, indent: str) -> Iterator[str]:  # noqa: ANN401 - as above
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _render_key(_dump(key), one, indent)
        return
    for one in value:
        if isinstance(one, (dict, list)) and one and not _fits(one, indent):
            first, *rest = _render_options(one, f"{indent}  ")
            yield f"{indent}- {first[len(indent) + 2 :]}"
            yield from rest
        else:
            yield f"{indent}- {_dump(one)}"


def _fits(value: Any, start: str) -> bool:  # noqa: ANN401 - as above
    """Return whether a collection can stand in one line behind its start."""
    return len(start) + len(_dump(value)) < LIMIT_FLOW and not _has_typed(value)


def _has_typed(value: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether a `${…}` below must stay without quotes, which flow style does not allow."""
    if isinstance(value, dict):
        return any(map(_has_typed, value.values()))
    if isinstance(value, list):
        return any(map(_has_typed, value))
    return isinstance(value, Typed)


def _dump(value: Any) -> str:  # noqa: ANN401 - as above
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        sort_keys=False,
        width=EVER,
        allow_unicode=True,
    )
    return text.removesuffix("\n").removesuffix("\n...")
