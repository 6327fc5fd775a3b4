"""Keep where the reading of a factory is, and what was asked of the watched run."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from assembler.adopting.actions import AS_WATCHED, CONFIRMED, SOURCE_ONLY
from assembler.adopting.observed import Question
from assembler.adopting.sayings import (
    CannotSayError,
    Enabled,
    Given,
    Hidden,
    Mapped,
    Named,
    Several,
    Value,
    find_plain,
)
from assembler.adopting.scopes import Scope
from assembler.modules.bindings import BindingKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.adopting.observed import Observed
    from assembler.adopting.scopes import Names

__all__ = ["LAMBDA", "Caller", "Fork", "Readers", "Reading"]


class Fork(Exception):
    """An expression means one of several things, each under a condition."""

    def __init__(self, node: ast.expr, ways: list[tuple[Any, Value]]) -> None:
        """Keep the expression, and what it means when."""
        super().__init__("it means one of several things")
        self.node = node
        self.ways = ways


@dataclass(slots=True)
class Caller:
    """What of the factory depends on its caller."""

    conditions: dict[str, Value | None] = field(default_factory=dict)  # the parameters, and values
    names_chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)  # keys of a mapping
    configs: list[str] = field(default_factory=list)  # the parameters that go into the config

    def add(self, given: Given) -> None:
        """Keep that a condition asks for a parameter."""
        self.conditions.setdefault(given.name, given.value)


class Readers(NamedTuple):
    """How an expression is read, as a value and as a condition; each may need the other."""

    evaluate: Callable[[Reading, ast.expr], Value]
    ask: Callable[[Reading, ast.expr], Any]


@dataclass(slots=True)
class Reading:
    """Where in the sources the reading is."""

    names: Names
    observed: Observed
    scope: Scope
    readers: Readers
    caller: Caller = field(default_factory=Caller)
    decisions: dict[ast.expr, Value] = field(default_factory=dict)  # of what means several things
    questions: set[Question] = field(default_factory=set)
    functions: set[tuple[str, int]] = field(default_factory=set)  # that were read
    is_plain: bool = True  # the run called the factory in this way
    line: int = 0  # of the statement
    is_corrected: bool = False  # by the run, in this statement
    is_doubted: bool = False  # the run had another object, which has no name

    def begin(self, statement: ast.stmt) -> None:
        """Read this statement from now on."""
        self.line = statement.lineno
        self.is_corrected = self.is_doubted = False

    @property
    def mark(self) -> str:
        """What the run says of this statement."""
        if not self.observed.has_reached(self.scope.file, self.line) or self.is_doubted:
            return SOURCE_ONLY
        return AS_WATCHED if self.is_corrected else CONFIRMED

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        """Read in another function or module for a while."""
        before = self.scope, self.line, self.is_corrected, self.is_doubted
        self.scope = scope
        try:
            yield
        finally:
            self.scope, self.line, self.is_corrected, self.is_doubted = before

    def evaluate(self, node: ast.expr) -> Value:
        """Return what an expression means."""
        return self.readers.evaluate(self, node)

    def evaluate_alone(self, node: ast.expr) -> Value:
        """Return what an expression outside of a statement means, which is read only once."""
        try:
            return self.evaluate(node)
        except (CannotSayError, Fork) as reason:
            return Hidden(str(reason))

    def ask(self, node: ast.expr) -> Any:  # noqa: ANN401 - a condition is YAML
        """Return a test as a condition; a boolean where it is decided."""
        return self.readers.ask(self, node)

    def fork(self, node: ast.expr, ways: list[tuple[Any, Value]]) -> NoReturn:
        """Read the statement once for each of several things that an expression may mean."""
        raise Fork(node, ways)

    def confirm(self, node: ast.expr, value: Named) -> Named:
        """Ask the run whether an expression is this object; it may know a better name."""
        if value.module == "builtins":
            return value
        question = Question(self.scope.file, self.line, ast.unparse(node), value.reference)
        self.questions.add(question)
        answer = self.observed.find(question)
        if answer is None or answer.is_same is not False:
            return value
        if not answer.names or not self.is_plain:
            self.is_doubted = True
            return value
        self.is_corrected = True
        module, _, path = answer.names[0].partition(":")
        return replace(self.names.build(module, path), needs=value.needs)

    def confirm_way(self, node: ast.expr, value: Value) -> Value:
        """Ask the run whether it had this one of the several things that an expression means."""
        if isinstance(value, Named):
            text = ast.unparse(node)
            question = Question(self.scope.file, self.line, text, value.reference)
            self.questions.add(question)
            answer = self.observed.find(question)
            self.is_doubted = self.is_doubted or answer is None or not answer.is_same
        return value

    def find_parameters(self, text: str, line: int) -> tuple[tuple[str, int], ...] | None:
        """Return the parameters of what an expression names, if the run was there."""
        question = Question(self.scope.file, line, text, "")
        self.questions.add(question)
        answer = self.observed.find(question)
        return None if answer is None else answer.parameters

    def find_items(self, value: Value) -> list[tuple[Value, Value]] | None:
        """Return the pairs of a mapping that is written somewhere; ``None``: it is none."""
        if isinstance(value, Given) and value.value is not None:
            value = value.value
        if isinstance(value, Mapped):
            return list(value.items)
        found = self.find_assigned(value)
        return self.find_items(found) if isinstance(found, Mapped) else None

    def find_members(self, value: Value) -> list[Value] | None:
        """Return what a loop over a value goes through; ``None``: it cannot be told."""
        if isinstance(value, Several):
            return list(value.items)
        if isinstance(value, Mapped):
            return [key for key, _ in value.items]
        found = self.find_assigned(value)
        return self.find_members(found) if isinstance(found, (Mapped, Several)) else None

    def ask_for_attribute(self, args: list[Value]) -> Value:
        """Return what ``getattr(owner, name, default)`` means."""
        name = find_plain(args[1])
        if isinstance(args[0], Named) and name == ("is_enabled",):
            return Enabled(args[0])
        return Hidden("an attribute that may be missing")

    def say(self, value: Value) -> Any:  # noqa: ANN401 - YAML holds anything
        """Return a value as plain data.

        Raises:
            CannotSayError: if a profile has no words for it.
        """
        return value.say()

    def find_assigned(self, value: Value) -> Value | None:
        """Return what is assigned to a name at the top of a project's module, once."""
        if not isinstance(value, Named) or not value.path.isidentifier():
            return None
        module = self.names.index.find_module(value.module)
        binding = module.bindings.get(value.path) if module else None
        if module is None or binding is None or binding.kind is not BindingKind.ASSIGNED:
            return None
        if not isinstance(binding.node, ast.expr) or not self.names.index.is_project_module(
            module.name
        ):
            return None
        with self.inside(Scope(module, LAMBDA)):
            self.line = 0
            return self.evaluate(binding.node)


# Stands for the function where the statements of a module are read.
LAMBDA = ast.Lambda(ast.arguments([], [], None, [], [], None, []), ast.Constant(None))
