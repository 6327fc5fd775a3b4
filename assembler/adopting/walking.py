"""Walk through a factory, statement by statement."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assembler.adopting.actions import Action, Leftover
from assembler.adopting.assigning import assign, read_value
from assembler.adopting.conditions import negate
from assembler.adopting.reading import Fork
from assembler.adopting.sayings import (
    AppPart,
    CannotSayError,
    Given,
    Hidden,
    Named,
    Several,
    Value,
)
from assembler.adopting.stepping import carry_out, is_app, is_silent
from assembler.adopting.trying import find_needed, makes_folder
from assembler.adopting.walk import DEFINITIONS, Walk, find_assigned
from assembler.modules.import_scan import make_absolute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["FactoryWalk"]

# The methods that read a statement.
READERS: dict[Any, str] = {
    ast.Expr: "_read_expression",
    (ast.Assign, ast.AnnAssign): "_read_assignment",
    ast.If: "_read_if",
    ast.For: "_read_for",
    ast.With: "_read_with",
    ast.Try: "_read_try",
    DEFINITIONS: "_read_definition",
    ast.Return: "_read_return",
}


class FactoryWalk(Walk):
    """A walk that reads statements."""

    __slots__ = ()

    def run(self, body: Sequence[ast.stmt]) -> None:
        """Go through the statements of a body."""
        for position, statement in enumerate(body):
            if self.is_over:
                return
            way_out = self._find_way_out(statement)
            if way_out is not None:
                self._run_ways(*way_out, body[position + 1 :])
                return
            self.read(statement, body[position + 1 :])

    def read(self, statement: ast.stmt, rest: Sequence[ast.stmt] = ()) -> None:
        """Read one statement; what it does is collected, or it is left over as a whole."""
        count = len(self.actions)
        self.reading.begin(statement)
        try:
            with self._inside():
                self._read(statement, rest)
        except CannotSayError as reason:
            del self.actions[count:]
            self.leave(statement, str(reason))
        except Fork as fork:
            del self.actions[count:]
            for condition, value in fork.ways:
                self.reading.decisions[fork.node] = value
                with self.under(condition):
                    self.read(statement, rest)
            del self.reading.decisions[fork.node]

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """Keep what is left over inside of a statement apart from what came before it."""
        before, self.before = self.before, len(self.actions)
        try:
            yield
        finally:
            self.before = before

    def _run_ways(
        self,
        condition: Any,  # noqa: ANN401 - a condition is YAML
        inner: Sequence[ast.stmt],
        rest: Sequence[ast.stmt],
    ) -> None:
        """Run the end of a body that a condition leaves early, and what else comes."""
        if condition is not False:
            with self.under(condition):
                self.run(inner)
        if condition is not True:
            with self.under(negate(condition)):
                self.run(rest)

    def _find_way_out(self, statement: ast.stmt) -> tuple[Any, Sequence[ast.stmt]] | None:
        """Return the condition under which the rest of a body is left out, and what runs then."""
        if not isinstance(statement, ast.If) or statement.orelse or not statement.body:
            return None
        last = statement.body[-1]
        self.reading.begin(statement)
        try:
            if not isinstance(last, ast.Continue) and not self._returns_early(last):
                return None
            condition = self.reading.ask(statement.test)
        except (CannotSayError, Fork):
            return None
        return condition, statement.body[:-1]

    def _returns_early(self, statement: ast.stmt) -> bool:
        """Return whether a statement ends the function with the app, or a helper with nothing."""
        if not isinstance(statement, ast.Return):
            return False
        if statement.value is None:
            return self.depth > 0
        return is_app(self.reading.evaluate(statement.value))

    def _read(self, statement: ast.stmt, rest: Sequence[ast.stmt]) -> None:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            self._read_import(statement, rest)
            return
        if isinstance(statement, (ast.Pass, ast.Global)):
            return
        for kind, read in READERS.items():
            if isinstance(statement, kind):
                getattr(self, read)(statement)
                return
        raise CannotSayError(f"`{type(statement).__name__.lower()}` has no step")

    def _read_assignment(self, node: ast.Assign | ast.AnnAssign) -> None:
        assign(self, node)

    def _read_return(self, node: ast.Return) -> None:
        if node.value is not None and self.depth and self.actions:
            # What a helper does before it makes the app cannot be a step, which would come after.
            self.result = self.reading.evaluate(node.value)
        else:
            self.result = read_value(self, node.value, None) if node.value else None
        self.is_over = True

    def _read_expression(self, statement: ast.Expr) -> None:
        node = statement.value
        if isinstance(node, ast.Constant):
            return
        if not isinstance(node, ast.Call):
            raise CannotSayError("an expression that is no call")
        if is_silent(node):
            self.silent.append((self.reading.scope.file, node.lineno))
            return
        carry_out(self, node)

    def _read_definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        if node.decorator_list and not isinstance(node, ast.ClassDef):
            raise CannotSayError(f"'{node.name}' is nested in a function, so that it has no name")
        reason = f"'{node.name}' is nested in a function, so that it has no name"
        self.reading.scope.names[node.name] = Hidden(reason, (node,))

    def _read_if(self, node: ast.If) -> None:
        if self._is_about_what_was_passed(node):
            self.run(node.body)
            return
        if "exists(" in ast.unparse(node.test) and not node.orelse and makes_folder(node.body):
            self.run(node.body)
            return
        if all(_is_trivial(one) for one in (*node.body, *node.orelse)):
            return
        condition = self.reading.ask(node.test)
        if isinstance(condition, bool):
            self.run(node.body if condition else node.orelse)
            return
        for branch, one in ((node.body, condition), (node.orelse, negate(condition))):
            with self.under(one):
                self.run(branch)
            if self.is_over:
                self.is_over = False
                raise CannotSayError("a `return` under a condition")
        for name in find_assigned([node], imports=False):
            hidden = Hidden(f"'{name}' is assigned under a condition", (node,))
            self.reading.scope.names[name] = hidden

    def _is_about_what_was_passed(self, node: ast.If) -> bool:
        """Return whether a test only asks if there is something to put into the config."""
        test = node.test
        is_none_test = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot)
        asked = test.left if is_none_test and isinstance(test, ast.Compare) else test
        if node.orelse or not isinstance(asked, ast.Name):
            return False
        if not isinstance(self.reading.scope.names.get(asked.id), Given):
            return False
        return all(_puts_into_config(one, asked.id) for one in node.body)

    def _read_for(self, node: ast.For) -> None:
        if node.orelse or any(isinstance(one, ast.Break) for one in ast.walk(node)):
            raise CannotSayError("a loop that may end early")
        count = len(self.actions)
        for values in self._find_rounds(node):
            self._bind(node.target, values)
            self.run(node.body)
            for action in self.actions[count:]:
                if isinstance(action, Leftover):
                    raise CannotSayError(action.reason)

    def _find_rounds(self, node: ast.For) -> list[Value]:
        iterated = node.iter
        if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Attribute):
            items = self.reading.find_items(self.reading.evaluate(iterated.func.value))
            if items is not None and iterated.func.attr == "items":
                return [Several("tuple", pair) for pair in items]
            if items is not None and iterated.func.attr == "values":
                return [value for _, value in items]
        members = self.reading.find_members(self.reading.evaluate(iterated))
        if members is None:
            raise CannotSayError("a loop over what only a run can tell")
        return members

    def _bind(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.reading.scope.names[target.id] = value
            return
        members = self.reading.find_members(value)
        if not isinstance(target, (ast.Tuple, ast.List)) or members is None:
            raise CannotSayError("a loop that takes its items apart")
        for one, inner in zip(target.elts, members, strict=False):
            self._bind(one, inner)

    def _read_with(self, node: ast.With) -> None:
        context = node.items[0].context_expr
        func = context.func if isinstance(context, ast.Call) else None
        is_app_context = isinstance(func, ast.Attribute) and func.attr == "app_context"
        owner = self.reading.evaluate(func.value) if isinstance(func, ast.Attribute) else None
        if len(node.items) != 1 or not is_app_context or not isinstance(owner, AppPart):
            raise CannotSayError("only `with app.app_context()` has a step")
        before, self.is_in_context = self.is_in_context, True
        self.run(node.body)
        self.is_in_context = before

    def _read_try(self, node: ast.Try) -> None:
        needed = find_needed(self.reading, node)
        with self.under(True if needed is None else {"installed": needed}):
            self.run(node.body)
        for name in find_assigned(node.body) if needed else ():
            value = self.reading.scope.names.get(name)
            if isinstance(value, Named):
                named = Named(value.module, value.path, value.target, needed)
                self.reading.scope.names[name] = named

    def _read_import(self, node: ast.Import | ast.ImportFrom, rest: Sequence[ast.stmt]) -> None:
        names, scope = self.reading.names, self.reading.scope
        for alias in node.names:
            if isinstance(node, ast.Import):
                bound, module = alias.asname or alias.name.partition(".")[0], alias.name
                value = names.import_from(module if alias.asname else bound, None)
            else:
                base = make_absolute(node.level, node.module or "", scope.module.package)
                bound = alias.asname or alias.name
                value = names.import_from(base, alias.name)
                is_module = isinstance(value, Named) and not value.path
                module = f"{base}.{alias.name}" if is_module else base
            if value is not None:
                scope.names[bound] = value
            if self._is_for_its_effect(bound, rest):
                self.add(Action("extension", "imports", options={"modules": [module]}))

    def _is_for_its_effect(self, bound: str, rest: Sequence[ast.stmt]) -> bool:
        """Return whether an import inside a function is there for what the module does."""
        function = self.reading.scope.function
        uses = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == bound]
        if not uses:
            return True
        is_next = bool(rest) and any(one in uses for one in ast.walk(rest[0]))
        return self.is_in_context and not is_next


def _is_trivial(statement: ast.stmt) -> bool:
    """Return whether a statement does nothing to the app."""
    if isinstance(statement, ast.Pass):
        return True
    is_call = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    return is_call and is_silent(statement.value)  # type: ignore[attr-defined]


def _puts_into_config(statement: ast.stmt, name: str) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    owner = call.func.value
    is_config = isinstance(owner, ast.Attribute) and owner.attr == "config"
    passed = [*call.args, *(one.value for one in call.keywords)]
    is_it = len(passed) == 1 and isinstance(passed[0], ast.Name) and passed[0].id == name
    return is_config and is_it and call.func.attr in {"from_mapping", "from_object", "update"}
