"""Read what a call means as a value: a variable, a config value, a text, or a new object."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assembler.adopting.sayings import (
    AppPart,
    Config,
    Hidden,
    Literal,
    Made,
    Mapped,
    Named,
    Several,
    Value,
    Variable,
    find_plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.adopting.reading import Reading

__all__ = ["read_arguments", "read_call"]

# Methods of texts, without arguments of their own but constants: who has them is a text.
TEXT_METHODS = frozenset(
    {"capitalize", "lower", "lstrip", "replace", "rstrip", "split", "strip", "title", "upper"}
)


def read_call(reading: Reading, node: ast.Call) -> Value:
    """Return what a call means."""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else None
    if method is not None and isinstance(node.func, ast.Attribute):
        found = _read_method(reading, node, reading.evaluate(node.func.value), method)
        if found is not None:
            return found
    called = reading.evaluate(node.func)
    if not isinstance(called, Named):
        return called if isinstance(called, Hidden) else Hidden("what is called has no name")
    args, options = read_arguments(reading, node)
    if args is None:
        return Hidden("its arguments are spread from a variable")
    return _read_named(reading, called, args, options, node)


def read_arguments(reading: Reading, node: ast.Call) -> tuple[list[Value] | None, dict[str, Value]]:
    """Return the arguments of a call; ``None`` in their place if they cannot be told."""
    args: list[Value] = []
    for one in node.args:
        value = reading.evaluate(one.value if isinstance(one, ast.Starred) else one)
        if isinstance(one, ast.Starred):
            items = reading.find_members(value)
            if items is None:
                return None, {}
            args += items
        else:
            args.append(value)
    options: dict[str, Value] = {}
    for keyword in node.keywords:
        value = reading.evaluate(keyword.value)
        if keyword.arg is not None:
            options[keyword.arg] = value
            continue
        pairs = reading.find_items(value)
        keys = [find_plain(key) for key, _ in pairs or ()]
        if pairs is None or any(key is None for key in keys):
            return None, {}
        options |= {str(k.value): v for k, (_, v) in zip(keys, pairs, strict=True) if k}
    return args, options


def _read_method(reading: Reading, node: ast.Call, owner: Value, method: str) -> Value | None:
    if isinstance(owner, AppPart) and owner.path == "config" and method == "get":
        args, _ = read_arguments(reading, node)
        key = find_plain(args[0]) if args else None
        if args and key is not None:
            return Config(str(key.value), args[1] if len(args) > 1 else Literal(None))
    is_text = isinstance(owner, Config) or _is_text(owner)
    if is_text and method in TEXT_METHODS:
        args, options = read_arguments(reading, node)
        if args is not None and not options:
            return _call_on_text(reading, owner, method, [owner, *args])
    if isinstance(owner, (Mapped, Literal)) and method == "copy":
        return owner
    return None


def _call_on_text(reading: Reading, owner: Value, method: str, args: list[Value]) -> Value:
    plain = [find_plain(one) for one in args]
    if all(one is not None for one in plain):
        first, *others = [one.value for one in plain if one is not None]
        try:
            made = getattr(first, method)(*others)
        except (TypeError, ValueError) as error:  # it would fail in the run as well
            return Hidden(f"'.{method}()' fails: {error}")
        if isinstance(made, list):
            return Several("list", tuple(map(Literal, made)))
        return Literal(made)
    if isinstance(owner, Variable):
        return Hidden(f"'.{method}()' of a variable cannot be written in a profile")
    return Made(reading.names.build("builtins", f"str.{method}"), tuple(args))


def _is_text(value: Value) -> bool:
    plain = find_plain(value)
    return plain is not None and isinstance(plain.value, str)


def _read_named(
    reading: Reading, called: Named, args: list[Value], options: dict[str, Value], node: ast.Call
) -> Value:
    known = KNOWN.get(called.reference)
    found = known(reading, called, args, options) if known is not None else None
    if found is not None:
        return found
    for value in (*args, *options.values()):
        if isinstance(value, Hidden):
            return value
    return Made(called, tuple(args), options, ast.unparse(node.func), reading.line)


def _read_variable(
    _reading: Reading, _called: Named, args: list[Value], options: dict[str, Value]
) -> Value | None:
    name = find_plain(args[0]) if args else None
    if name is None:
        return None
    default = args[1] if len(args) > 1 else options.get("default", Literal(None))
    return Variable(str(name.value), default)


def _read_imported(
    reading: Reading, called: Named, args: list[Value], _options: dict[str, Value]
) -> Value | None:
    """Return what a text names that is imported: a module, or an object of one."""
    plain = find_plain(args[0]) if args else None
    if plain is None or not isinstance(plain.value, str):
        return None
    module, _, path = plain.value.replace(":", ".").rpartition(".")
    if called.module == "importlib" or not module:
        module, path = plain.value, ""
    found = reading.names.import_from(module, path or None)
    return found or Hidden(f"nothing is called '{plain.value}'")


def _read_cast(
    _reading: Reading, _called: Named, args: list[Value], _options: dict[str, Value]
) -> Value | None:
    one = args[0] if len(args) == 1 else None
    if not isinstance(one, Variable):
        return None
    return Variable(one.name, one.default, one.replaces_empty, is_cast=True)


def _read_mapping(
    _reading: Reading, _called: Named, args: list[Value], options: dict[str, Value]
) -> Value | None:
    return None if args else Mapped(tuple((Literal(key), one) for key, one in options.items()))


def _read_attribute(
    reading: Reading, _called: Named, args: list[Value], _options: dict[str, Value]
) -> Value | None:
    return reading.ask_for_attribute(args) if len(args) == 3 else None  # noqa: PLR2004 - with a default


def _read_members(
    reading: Reading, called: Named, args: list[Value], _options: dict[str, Value]
) -> Value | None:
    items = reading.find_members(args[0]) if len(args) == 1 else None
    return None if items is None else Several(called.path, tuple(items))


KNOWN: dict[str, Callable[..., Value | None]] = {
    "builtins:bool": _read_cast,
    "builtins:dict": _read_mapping,
    "builtins:float": _read_cast,
    "builtins:getattr": _read_attribute,
    "builtins:int": _read_cast,
    "builtins:list": _read_members,
    "builtins:set": _read_members,
    "builtins:tuple": _read_members,
    "importlib:import_module": _read_imported,
    "os:environ.get": _read_variable,
    "os:getenv": _read_variable,
    "werkzeug.utils:import_string": _read_imported,
}
