"""Read what an expression of a factory means."""

from __future__ import annotations

import ast
import operator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assembler.adopting.asking import ask
from assembler.adopting.calls import read_call
from assembler.adopting.reading import Readers
from assembler.adopting.sayings import (
    AppItem,
    AppPart,
    CannotSayError,
    Config,
    Given,
    Hidden,
    Literal,
    Made,
    Mapped,
    Named,
    OnStep,
    Passed,
    Several,
    Text,
    Value,
    Variable,
    find_plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assembler.adopting.reading import Reading

__all__ = ["EXPRESSIONS", "Postponed", "evaluate"]

SEQUENCES = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.BitAnd: "and_",
    ast.BitOr: "or_",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Mult: "mul",
    ast.Pow: "pow",
    ast.Sub: "sub",
}
LIMIT_SHOWN = 60


def evaluate(reading: Reading, node: ast.expr) -> Value:
    """Return what an expression means; what cannot be told is `Hidden`, with the reason."""
    if node in reading.decisions:
        return reading.confirm_way(node, reading.decisions[node])
    for kind, read in READERS.items():
        if isinstance(node, kind):
            return read(reading, node)
    return Hidden(f"'{_shorten(node)}' cannot be written in a profile")


def _evaluate_constant(_reading: Reading, node: ast.Constant) -> Value:
    return Literal(node.value)


def _evaluate_lambda(_reading: Reading, _node: ast.Lambda) -> Value:
    return Hidden("a lambda has no name")


def _evaluate_assigned(reading: Reading, node: ast.NamedExpr) -> Value:
    return evaluate(reading, node.value)


def _evaluate_several(reading: Reading, node: ast.List | ast.Tuple | ast.Set) -> Value:
    if any(isinstance(one, ast.Starred) for one in node.elts):
        return Hidden("a star in a list")
    items = tuple(evaluate(reading, one) for one in node.elts)
    return Several(SEQUENCES[type(node)], items)


def _evaluate_sign(reading: Reading, node: ast.UnaryOp) -> Value:
    plain = find_plain(evaluate(reading, node.operand))
    if isinstance(node.op, ast.USub) and plain and isinstance(plain.value, (int, float)):
        return Literal(-plain.value)
    return Hidden(f"'{_shorten(node)}' cannot be written in a profile")


def _evaluate_name(reading: Reading, node: ast.Name | ast.Attribute) -> Value:
    if isinstance(node, ast.Name):
        value = reading.names.find(node.id, reading.scope)
        value = value.resume(reading) if isinstance(value, Postponed) else value
    else:
        own = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
        value = reading.scope.names.get(own) or look_up(
            reading, evaluate(reading, node.value), node.attr
        )
        value = value.resume(reading) if isinstance(value, Postponed) else value
    return reading.confirm(node, value) if isinstance(value, Named) else value


class Postponed(Value):
    """An expression that was assigned to a local, and that means one of several things."""

    def __init__(self, node: ast.expr, names: Mapping[str, Value]) -> None:
        """Keep it, to be read where it is used, and what the locals meant here."""
        self.node = node
        self.names = dict(names)

    def resume(self, reading: Reading) -> Value:
        """Read it now; the local itself may be in it."""
        scope = reading.scope
        reading.scope = replace(scope, names=self.names)
        try:
            return evaluate(reading, self.node)
        finally:
            reading.scope = scope

    def say(self) -> object:
        """Say that it means several things."""
        raise CannotSayError("it means one of several things")


def look_up(reading: Reading, owner: Value, name: str) -> Value:
    """Return an attribute of a value."""
    if isinstance(owner, AppPart):
        return _look_up_of_app(reading, owner, name)
    if isinstance(owner, Named):
        return reading.names.get_attribute(owner, name)
    if isinstance(owner, OnStep):
        path = f"{owner.path}.{name}" if owner.path else name
        return OnStep(owner.step, path, owner.made)
    if isinstance(owner, Given) and owner.value is not None and not isinstance(owner.value, Given):
        return look_up(reading, owner.value, name)
    return owner if isinstance(owner, Hidden) else Hidden(f"'.{name}' of what has no name")


def _look_up_of_app(reading: Reading, owner: AppPart, name: str) -> Value:
    path = f"{owner.path}.{name}" if owner.path else name
    if path == "secret_key":
        return Config("SECRET_KEY")
    if path == "testing":
        return Config("TESTING")
    if path in {"name", "import_name"} and reading.observed.import_name:
        return Literal(reading.observed.import_name)
    if isinstance(owner, AppItem):
        return AppItem(path, owner=owner, name=name, is_key=False)
    return AppPart(path)


def _evaluate_item(reading: Reading, node: ast.Subscript) -> Value:  # noqa: PLR0911 - one a kind
    owner, key = evaluate(reading, node.value), evaluate(reading, node.slice)
    plain = find_plain(key)
    if isinstance(owner, AppPart) and owner.path == "config" and plain is not None:
        return Config(str(plain.value))
    if isinstance(owner, Config) and owner.default is None and plain is not None:
        return Config(f"{owner.key}.{plain.value}")
    if isinstance(owner, Named) and owner.reference == "os:environ" and plain is not None:
        return Variable(str(plain.value))
    if isinstance(owner, AppPart) and plain is not None and owner.path:
        path = f"{owner.path}.{plain.value}"
        return AppItem(path, owner=owner, name=plain.value, is_key=True)
    if isinstance(owner, Several) and plain is not None and isinstance(plain.value, int):
        is_there = -len(owner.items) <= plain.value < len(owner.items)
        return owner.items[plain.value] if is_there else Hidden("the list is shorter")
    items = reading.find_items(owner)
    if items is not None:
        return _choose(reading, node, items, key)
    return Hidden(f"'{_shorten(node)}' cannot be told from the source")


def _choose(
    reading: Reading, node: ast.Subscript, items: list[tuple[Value, Value]], key: Value
) -> Value:
    """Return the item of a mapping; which one, may be the caller's or the environment's word."""
    known = {plain.value: one for name, one in items if (plain := find_plain(name)) is not None}
    if isinstance(key, (Given, Passed)):
        reading.caller.names_chosen.setdefault(key.name, tuple(map(str, known)))
    plain = find_plain(key)
    if plain is not None:
        return known.get(plain.value, Hidden(f"the mapping has no '{plain.value}'"))
    inner = key.value if isinstance(key, Given) else key
    if isinstance(inner, (Variable, Config)) and known:
        said = inner.say()
        reading.fork(node, [({"equals": [said, name]}, one) for name, one in known.items()])
    if isinstance(key, Passed):
        return Hidden("which one is the caller's word")
    return Hidden(f"'{_shorten(node)}' cannot be told from the source")


def _evaluate_choice(reading: Reading, node: ast.IfExp) -> Value:
    test = reading.ask(node.test)
    if isinstance(test, bool):
        return evaluate(reading, node.body if test else node.orelse)
    first = evaluate(reading, node.body)
    reading.fork(node, [(test, first), ({"not": test}, evaluate(reading, node.orelse))])
    raise AssertionError


def _evaluate_or(reading: Reading, node: ast.BoolOp) -> Value:
    if not isinstance(node.op, ast.Or):
        return Hidden(f"'{_shorten(node)}' cannot be written in a profile")
    first, *others = node.values
    value = evaluate(reading, first)
    rest = others[0] if len(others) == 1 else ast.BoolOp(ast.Or(), others)
    plain = find_plain(value)
    if isinstance(value, Given) and plain is not None and not plain.value:
        return Given(value.name, evaluate(reading, rest), value.is_fixed)  # its real default
    if plain is not None:
        return value if plain.value else evaluate(reading, rest)
    if isinstance(value, (Passed, Named, AppPart)):
        return value
    if isinstance(value, Variable):
        is_empty = value.default is None or find_plain(value.default) in {(None,), ("",)}
        if is_empty:
            return Variable(value.name, evaluate(reading, rest), replaces_empty=True)
    return Hidden(f"'{_shorten(node)}' cannot be written in a profile")


def _evaluate_dict(reading: Reading, node: ast.Dict) -> Value:
    items: list[tuple[Value, Value]] = []
    for key, one in zip(node.keys, node.values, strict=True):
        if key is None:
            inner = reading.find_items(evaluate(reading, one))
            if inner is None:
                return Hidden("two stars in a mapping")
            items += inner
        else:
            items.append((evaluate(reading, key), evaluate(reading, one)))
    return Mapped(tuple(items))


def _evaluate_text(reading: Reading, node: ast.JoinedStr) -> Value:
    parts: list[Value] = []
    for one in node.values:
        if isinstance(one, ast.FormattedValue):
            if one.conversion != -1 or one.format_spec is not None:
                return Hidden("a format specification cannot be written in a profile")
            parts.append(evaluate(reading, one.value))
        else:
            parts.append(evaluate(reading, one))
    return join_texts(parts)


def join_texts(parts: list[Value]) -> Value:
    """Return the text that the parts make; constants are one text."""
    plain = [find_plain(one) for one in parts]
    if all(one is not None for one in plain):
        return Literal("".join(str(one.value) for one in plain if one is not None))
    flat = [inner for one in parts for inner in (one.parts if isinstance(one, Text) else [one])]
    return Text(tuple(flat))


def _evaluate_operation(reading: Reading, node: ast.BinOp) -> Value:
    left, right = evaluate(reading, node.left), evaluate(reading, node.right)
    plain = [find_plain(one) for one in (left, right)]
    numbers = [one.value for one in plain if one and isinstance(one.value, (int, float))]
    if isinstance(node.op, ast.Add) and any(_is_text(one) for one in (left, right)):
        return join_texts([left, right])
    name = OPERATORS.get(type(node.op))
    if name is not None and len(numbers) == 2 and name != "pow":  # noqa: PLR2004 - both sides
        with suppress(ArithmeticError, TypeError):
            return Literal(getattr(operator, name)(*numbers))
    if name is None:
        return Hidden(f"'{_shorten(node)}' cannot be written in a profile")
    return Made(reading.names.build("operator", name), (left, right))


def _is_text(value: Value) -> bool:
    plain = find_plain(value)
    return isinstance(value, Text) or (plain is not None and isinstance(plain.value, str))


READERS: dict[Any, Callable[[Reading, Any], Value]] = {
    ast.Constant: _evaluate_constant,
    (ast.Name, ast.Attribute): _evaluate_name,
    ast.Subscript: _evaluate_item,
    ast.Call: read_call,
    ast.IfExp: _evaluate_choice,
    ast.BoolOp: _evaluate_or,
    ast.NamedExpr: _evaluate_assigned,
    (ast.List, ast.Tuple, ast.Set): _evaluate_several,
    ast.Dict: _evaluate_dict,
    ast.JoinedStr: _evaluate_text,
    ast.BinOp: _evaluate_operation,
    ast.UnaryOp: _evaluate_sign,
    ast.Lambda: _evaluate_lambda,
}


def _shorten(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= LIMIT_SHOWN else f"{text[: LIMIT_SHOWN - 3]}..."


EXPRESSIONS = Readers(evaluate, ask)
