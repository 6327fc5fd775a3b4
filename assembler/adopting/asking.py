"""Read what a test of a factory asks, as the condition of a step."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from assembler.adopting.conditions import ENABLED, join, negate
from assembler.adopting.sayings import (
    AppPart,
    CannotSayError,
    Config,
    Enabled,
    Given,
    Literal,
    Made,
    Mapped,
    Named,
    OnStep,
    Passed,
    Several,
    Value,
    Variable,
    find_plain,
)
from assembler.adopting.texts import Interpolated, Typed
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from assembler.adopting.reading import Reading

__all__ = ["ask"]

OBJECTS = frozenset({Kind.CLASS, Kind.FUNCTION, Kind.INSTANCE, Kind.MODULE})


def ask(reading: Reading, node: ast.expr) -> Any:  # noqa: ANN401 - a condition is YAML
    """Return a test as a condition; a boolean where it is decided.

    Raises:
        CannotSayError: if a profile has no words for it.
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return negate(ask(reading, node.operand))
    if isinstance(node, ast.BoolOp):
        return _ask_several(reading, node)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left = reading.evaluate(node.left)
        return _compare(reading, left, node.ops[0], reading.evaluate(node.comparators[0]))
    if isinstance(node, ast.Call):
        found = _ask_call(reading, node)
        if found is not None:
            return found
    if isinstance(node, ast.IfExp):
        return _ask_choice(reading, node)
    return _ask_value(reading, reading.evaluate(node))


def _ask_several(reading: Reading, node: ast.BoolOp) -> object:
    """Ask from the left: what is not reached need not be sayable."""
    word = "all" if isinstance(node.op, ast.And) else "any"
    found = _find_enabled(reading, node)
    if found is not None:
        return found
    conditions: list[object] = []
    for one in node.values:
        conditions.append(ask(reading, one))
        if conditions[-1] is (word == "any"):
            return word == "any"
    return join(word, conditions)


def _find_enabled(reading: Reading, node: ast.BoolOp) -> object:
    """Return what `is_enabled is None or is_enabled()` asks, and its contrary."""
    first, last = node.values[0], node.values[-1]
    if not isinstance(first, ast.Compare) or not isinstance(first.left, ast.Name):
        return None
    value = reading.scope.names.get(first.left.id)
    if len(node.values) != 2 or not isinstance(value, Enabled):  # noqa: PLR2004 - is there, and holds
        return None
    is_or = isinstance(node.op, ast.Or) and isinstance(first.ops[0], ast.Is)
    called = last.operand if isinstance(last, ast.UnaryOp) else last
    if not isinstance(called, ast.Call):
        return None
    return {ENABLED: value.owner.reference} if is_or else {"not": {ENABLED: value.owner.reference}}


def _ask_choice(reading: Reading, node: ast.IfExp) -> object:
    """Ask `x.is_enabled() if hasattr(x, "is_enabled") else True`, as a module's adapter does."""
    enabled = _ask_call(reading, node.body) if isinstance(node.body, ast.Call) else None
    is_else_true = isinstance(node.orelse, ast.Constant) and node.orelse.value is True
    if enabled is None or not is_else_true or "hasattr" not in ast.unparse(node.test):
        raise CannotSayError("the condition cannot be written in a profile")
    return enabled


def _ask_call(reading: Reading, node: ast.Call) -> object:
    if isinstance(node.func, ast.Attribute) and node.func.attr == "is_enabled" and not node.args:
        owner = reading.evaluate(node.func.value)
        return {ENABLED: owner.reference} if isinstance(owner, Named) else None
    return None


def _ask_value(reading: Reading, value: Value) -> object:  # noqa: PLR0911 - one a kind
    value = _follow(reading, value)
    plain = find_plain(value)
    if isinstance(value, Given):
        reading.caller.add(value)
    if plain is not None:
        return bool(plain.value)
    if isinstance(value, Config):
        return _ask_config(value)
    if isinstance(value, AppPart) and value.path == "debug":
        return {"debug": True}
    if isinstance(value, Variable):
        default = find_plain(value.default) if value.default is not None else None
        is_empty = default is None or default.value in (None, "")
        empty = Variable(value.name, Literal(""), replaces_empty=True)
        return Typed((empty if is_empty else value).render())
    if isinstance(value, Named) and value.needs is not None:
        return {"installed": value.needs}
    if isinstance(value, Passed) or _is_object(value):
        return True
    if isinstance(value, (Several, Mapped)):
        return bool(value.items)
    value.say()  # the reason, if there is one
    raise CannotSayError("the condition cannot be written in a profile")


def _follow(reading: Reading, value: Value) -> Value:
    """Return what a module assigns to a name, if it does so once."""
    is_open = isinstance(value, Named) and value.needs is None and not _is_object(value)
    return (reading.find_assigned(value) or value) if is_open else value


def _is_object(value: Value) -> bool:
    """Return whether a value is an object that is true; what a function returns may be None."""
    if isinstance(value, Named):
        return not value.path or value.target.kind in OBJECTS
    made = value.made if isinstance(value, OnStep) else value
    return isinstance(made, Made) and made.called.target.kind is Kind.CLASS


def _ask_config(value: Config) -> object:
    if value.key == "DEBUG":
        return {"debug": True}
    asked: dict[str, object] = {"$config": value.key}
    if value.default is not None:
        plain = find_plain(value.default)
        if plain is None:
            raise CannotSayError("the default is no constant")
        asked["default"] = False if plain.value is None else plain.value
    return asked


def _compare(reading: Reading, left: Value, operator: ast.cmpop, right: Value) -> object:
    is_not = isinstance(operator, (ast.IsNot, ast.NotEq, ast.NotIn))
    if isinstance(operator, (ast.Is, ast.IsNot)):
        found = _is(reading, left, right)
    elif isinstance(operator, (ast.Eq, ast.NotEq)):
        found = _equals(reading, left, right)
    elif isinstance(operator, (ast.In, ast.NotIn)):
        members = reading.find_members(right)
        if members is None:
            raise CannotSayError("what it is compared with cannot be told")
        found = join("any", [_equals(reading, left, one) for one in members])
    else:
        raise CannotSayError("only `==` and `in` can be asked in a condition")
    return negate(found) if is_not else found


def _is(reading: Reading, left: Value, right: Value) -> object:
    wanted = find_plain(right)
    left = _follow(reading, left)
    if isinstance(left, Given):
        reading.caller.add(left)
    plain = find_plain(left)
    if wanted is None or wanted.value not in (None, True, False):
        raise CannotSayError("only None, True and False can be compared by `is`")
    if plain is not None:
        return plain.value is wanted.value
    if wanted.value is not None:
        return _ask_value(reading, left) if wanted.value else negate(_ask_value(reading, left))
    if isinstance(left, Named) and left.needs is not None:
        return {"not": {"installed": left.needs}}
    if isinstance(left, (Passed, AppPart, Several, Mapped)) or _is_object(left):
        return False
    if isinstance(left, Variable):
        return {"equals": [Interpolated(f"${{{left.name}-}}"), ""]}
    if isinstance(left, Config):
        return negate(_ask_config(left))
    raise CannotSayError("whether it is None cannot be asked in a condition")


def _equals(reading: Reading, left: Value, right: Value) -> object:
    left, right = _follow(reading, left), _follow(reading, right)
    for one in (left, right):
        if isinstance(one, Given):
            reading.caller.add(one)
    plain_left, plain_right = find_plain(left), find_plain(right)
    if plain_left is not None and plain_right is not None:
        return bool(plain_left.value == plain_right.value)
    sides = [left, right]
    if not all(isinstance(one, (Config, Variable)) or find_plain(one) for one in sides):
        raise CannotSayError("only config, variables and constants can be compared")
    return {"equals": [_say_side(one) for one in sides]}


def _say_side(value: Value) -> object:
    if isinstance(value, Variable) and find_plain(value.default or value) == (None,):
        return Interpolated(Variable(value.name, Literal("")).render())
    return value.say()
