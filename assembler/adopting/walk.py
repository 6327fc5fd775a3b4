"""Collect what a factory does: the state of a walk through its statements."""

from __future__ import annotations

import ast
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.adopting.actions import Action, Leftover
from assembler.adopting.conditions import ENABLED, join
from assembler.adopting.sayings import CannotSayError, Hidden, Named, Value, find_plain
from assembler.adopting.texts import Interpolated
from assembler.modules.adapters import FLASKS
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.adopting.reading import Reading

__all__ = ["DEFINITIONS", "Site", "Walk", "find_assigned"]

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
REQUIRED = re.compile(r"\$\{(\w+)\}")


@dataclass(slots=True)
class Site:
    """What of the app decides where its files are."""

    profile_folder: Path = field(default_factory=Path)
    app_folder: Path | None = None
    is_instance_relative: bool = False


@dataclass(slots=True)
class Walk:
    """What was collected so far, and under which conditions the reading is."""

    reading: Reading
    actions: list[Action | Leftover] = field(default_factory=list)
    when: list[Any] = field(default_factory=list)
    is_in_context: bool = False
    depth: int = 0
    has_app: bool = False
    is_over: bool = False
    before: int = 0  # how many were collected before the statement that is read
    result: Value | None = None
    silent: list[tuple[str, int]] = field(default_factory=list)  # statements that only log
    site: Site = field(default_factory=Site)

    @property
    def has_kept(self) -> bool:
        """Whether a local object is made by a step of its own, for others to use."""
        return any(isinstance(one, Action) and one.name for one in self.actions)

    @property
    def leftovers(self) -> list[Leftover]:
        """What cannot be said."""
        return [one for one in self.actions if isinstance(one, Leftover)]

    def run(self, body: Sequence[ast.stmt]) -> None:
        """Go through the statements of a body."""
        raise NotImplementedError

    def descend(self) -> Walk:
        """Return a walk through a helper, of which nothing is collected yet."""
        when = list(self.when)
        inner = type(self)(self.reading, when=when, is_in_context=self.is_in_context)
        inner.depth, inner.has_app, inner.site = self.depth + 1, self.has_app, replace(self.site)
        return inner

    def take(self, inner: Walk) -> None:
        """Collect what a helper does."""
        self.actions += inner.actions
        self.silent += inner.silent
        self.has_app, self.site = inner.has_app, inner.site

    def add(self, action: Action) -> None:
        """Collect a step, at the statement that is read."""
        if action.name and any(getattr(one, "name", None) == action.name for one in self.actions):
            raise CannotSayError(f"'{action.name}' is made several times")
        action.file, action.line = self.reading.scope.file, self.reading.line
        action.mark = self.reading.mark
        action.when = _strip_enabled(join("all", self.when), action)
        action.options = _allow_unset(action.options, str(action.when))
        action.is_in_context = action.is_in_context or self.is_in_context
        self.actions.append(action)

    def make_app(self, use: str | None, options: dict[str, Any], *, is_class: bool = True) -> None:
        """Collect how the app is made."""
        name = options.get("import_name")
        if not isinstance(name, str) and is_class:
            options["import_name"] = name = self.reading.observed.import_name or ""
        self.site.is_instance_relative = options.get("instance_relative_config") is True
        name = name if isinstance(name, str) else self.reading.observed.import_name
        module = self.reading.names.index.find_module(name) if name else None
        if module is not None and module.file is not None:
            self.site.app_folder = Path(module.file).parent
        self.has_app = True
        self.add(Action("app", use, options=options))

    def returns_app(self, called: Named) -> bool:
        """Return whether a helper makes the app, as far as its source shows."""
        node, module = called.target.node, called.target.module
        if module is None or not isinstance(node, ast.FunctionDef):
            return False
        objects = self.reading.names.index.objects
        for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            made = self.reading.names.find_in(name, module) if name else None
            is_class = made is not None and made.target.kind is Kind.CLASS
            if is_class and made is not None and objects.is_kind_of(made.target, FLASKS):
                return True
        return False

    def find_path(self, path: Value) -> Any:  # noqa: ANN401 - a text, or a reference
        """Return the path of a config file as the profile has it."""
        plain = find_plain(path)
        if plain is None or self.site.app_folder is None:
            return self.reading.say(path)
        file = self.site.app_folder / str(plain.value)
        return Path(os.path.relpath(file, self.site.profile_folder)).as_posix()

    def leave(self, statement: ast.stmt, reason: str) -> None:
        """Keep a statement that cannot be said, with those right before it in the same body."""
        scope, when = self.reading.scope, join("all", self.when)
        for name in find_assigned([statement]):
            scope.names[name] = Hidden(f"'{name}' is made by what cannot be said", (statement,))
        last = self.actions[-1] if len(self.actions) > self.before else None
        under = (scope, when, self.is_in_context)
        if isinstance(last, Leftover) and (last.scope, last.when, last.is_in_context) == under:
            last.statements.append(statement)
            return
        mark = self.reading.mark
        self.actions.append(Leftover([statement], scope, reason, when, self.is_in_context, mark))

    @contextmanager
    def under(self, condition: Any) -> Iterator[None]:  # noqa: ANN401 - a condition is YAML
        """Collect under a condition."""
        self.when.append(condition)
        try:
            yield
        finally:
            self.when.pop()


def find_assigned(statements: Sequence[ast.stmt], *, imports: bool = True) -> set[str]:
    """Return the names that statements bind in their own function."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, DEFINITIONS):
            found.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if isinstance(node, ast.alias) and imports:
            found.add(node.asname or node.name.partition(".")[0])
        if not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found


def _strip_enabled(condition: Any, action: Action) -> Any:  # noqa: ANN401 - a condition is YAML
    """Leave out that a module is enabled, which the adapter asks by itself.

    Raises:
        CannotSayError: if another step depends on it.
    """
    parts = condition["all"] if isinstance(condition, dict) and "all" in condition else [condition]
    kept = [one for one in parts if one != {ENABLED: action.use}]
    if any(ENABLED in str(one) for one in kept):
        raise CannotSayError("whether a module is enabled decides about something else")
    return join("all", kept)


def _allow_unset(value: Any, condition: str) -> Any:  # noqa: ANN401 - YAML holds anything
    """Let a variable be unset in a step that asks for it: all of a profile is interpolated."""
    if isinstance(value, dict):
        return {key: _allow_unset(one, condition) for key, one in value.items()}
    if isinstance(value, list):
        return [_allow_unset(one, condition) for one in value]
    required = REQUIRED.fullmatch(value) if isinstance(value, Interpolated) else None
    if required is None or f"${{{required[1]}:-" not in condition:
        return value
    return type(value)(f"${{{required[1]}-}}")
