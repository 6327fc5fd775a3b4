"""Turn what a factory does to `app.config` into config sources."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from assembler.adopting.actions import Action
from assembler.adopting.calls import read_arguments
from assembler.adopting.sayings import (
    CannotSayError,
    Given,
    Literal,
    Named,
    Passed,
    Value,
    Variable,
    find_plain,
)
from assembler.adopting.texts import Typed

if TYPE_CHECKING:
    from assembler.adopting.walk import Walk

__all__ = ["change_config", "set_values"]

FILE_LOADERS = frozenset({"json:load", "tomllib:load", "yaml:safe_load", "toml:load"})
UNSAID = Literal(value=False)  # `silent`, where nothing is passed for it


def change_config(walk: Walk, method: str, node: ast.Call) -> Value:
    """Collect the config source of a method of `app.config`.

    Raises:
        CannotSayError: if there is none.
    """
    spread = [one.value for one in node.keywords if one.arg is None]
    given = walk.reading.evaluate(spread[0]) if len(spread) == 1 else None
    args: list[Value] | None
    options: dict[str, Value] = {}
    if isinstance(given, (Given, Passed)) and len(node.args) + len(node.keywords) == 1:
        args = [given]  # `update(**overrides)`
    else:
        args, options = read_arguments(walk.reading, node)
    if args is None:
        raise CannotSayError("its arguments are spread from a variable")
    first = args[0] if args else None
    if method == "from_object" and first is not None:
        _take_object(walk, first)
    elif method in {"from_mapping", "update"}:
        _take_mapping(walk, first, options)
    elif method == "setdefault" and first is not None:
        key = find_plain(first)
        if key is None:
            raise CannotSayError("the key is no constant")
        values = {str(key.value): args[1] if len(args) > 1 else Literal(None)}
        set_values(walk, values, is_default=True)
    elif method in {"from_pyfile", "from_file"} and first is not None:
        _take_file(walk, first, args[1:], options)
    elif method == "from_prefixed_env":
        _take_variables(walk, first or options.get("prefix", Literal("FLASK")), options)
    elif method == "from_envvar" and first is not None:
        _take_named_file(walk, first, options)
    else:
        raise CannotSayError(f"'app.config.{method}' has no config source")
    return Literal(None)


def set_values(walk: Walk, values: dict[str, Value], *, is_default: bool = False) -> None:
    """Collect values for the config, or defaults for what nothing else sets."""
    said = {key: walk.reading.say(value) for key, value in values.items()}
    if is_default and FLASK_KEYS.issuperset(said):
        return
    walk.add(Action("config", "values", options=said, is_default=is_default))


def _take_object(walk: Walk, target: Value) -> None:
    if isinstance(target, (Given, Passed)):
        _take_argument(walk, target)
        return
    plain = find_plain(target)
    if plain is not None and isinstance(plain.value, str):
        target = _find_object(walk, plain.value)
    if not isinstance(target, Named):
        walk.reading.say(target)
        raise CannotSayError("the config's object has no name")
    walk.add(Action("config", "object", options={"target": target.reference}))


def _find_object(walk: Walk, text: str) -> Value:
    """Return what the text of `from_object` means: a module, or something in one."""
    names = walk.reading.names
    module, _, attribute = text.rpartition(".")
    whole = names.index.find_module(text)
    if not module or (whole is not None and not whole.is_conjectured):
        return names.build(text, "")
    return names.import_from(module, attribute) or names.build(module, attribute)


def _take_argument(walk: Walk, given: Given | Passed) -> None:
    said: dict[str, Any] = {}
    if isinstance(given, Passed) or given.value is None:
        said = {"required": True}
    elif isinstance(given.value, Named):
        said = {"default": given.value.reference}
    else:
        plain = find_plain(given.value)
        if plain is None or not isinstance(plain.value, (str, type(None))):
            raise CannotSayError("the default of the factory's parameter has no name")
        if isinstance(plain.value, str):
            found = _find_object(walk, plain.value)
            said = {"default": found.reference} if isinstance(found, Named) else {}
    walk.reading.caller.configs.append(given.name)
    walk.add(Action("config", "argument", options=said))


def _take_mapping(walk: Walk, first: Value | None, options: dict[str, Value]) -> None:
    if isinstance(first, (Given, Passed)):
        _take_argument(walk, first)
    elif isinstance(first, Named):
        walk.add(Action("config", "object", options={"target": first.reference}))
    elif first is not None:
        pairs = walk.reading.find_items(first)
        plain = [find_plain(key) for key, _ in pairs or ()]
        if pairs is None or not all(plain):
            walk.reading.say(first)
            raise CannotSayError("the mapping cannot be told from the source")
        values = {str(k.value): one for k, (_, one) in zip(plain, pairs, strict=True) if k}
        set_values(walk, values)
    if options:
        set_values(walk, options)


def _take_file(walk: Walk, path: Value, args: list[Value], options: dict[str, Value]) -> None:
    silent = find_plain(options.get("silent", args[0] if args else UNSAID))
    load = options.get("load")
    said: dict[str, Any] = {}
    if load is not None:
        silent = find_plain(options.get("silent", UNSAID))
        table = _find_table(load)
        said = {"table": table} if table else {}
    plain = find_plain(path)
    if plain is None or not isinstance(plain.value, str):
        said = {"path": walk.find_path(path), **said}
    elif walk.site.is_instance_relative:
        said = {"path": plain.value, "relative_to": "instance", **said}
    else:
        said = {"path": walk.find_path(Literal(plain.value)), **said}
    if silent is not None and silent.value:
        said["optional"] = True
    walk.add(Action("config", "file", options=said))


def _take_variables(walk: Walk, prefix: Value, options: dict[str, Value]) -> None:
    plain = find_plain(prefix)
    if plain is None or "loads" in options:
        raise CannotSayError("the prefix is no constant, or the values are read in another way")
    said = {} if plain.value == "FLASK" else {"prefix": plain.value}
    walk.add(Action("config", "env", options=said))


def _take_named_file(walk: Walk, variable: Value, options: dict[str, Value]) -> None:
    plain = find_plain(variable)
    if plain is None:
        raise CannotSayError("the name of the variable is no constant")
    named = Variable(str(plain.value), Literal(""), replaces_empty=True)
    silent = find_plain(options.get("silent", UNSAID))
    optional = {"optional": True} if silent is not None and silent.value else {}
    # A path that is never read has to end as one that is.
    path = Variable(named.name, Literal("settings.cfg"), replaces_empty=True).say()
    with walk.under(Typed(named.render())):
        walk.add(Action("config", "file", options={"path": path, **optional}))


def _find_table(load: Value) -> str | None:
    """Return the table that a project's own loader takes from a file; ``None``: the whole file."""
    if isinstance(load, Named) and load.reference in FILE_LOADERS:
        return None
    node = load.target.node if isinstance(load, Named) else None
    body = node.body if isinstance(node, ast.FunctionDef) else []
    last = body[-1] if body else None
    value, keys = (last.value if isinstance(last, ast.Return) else None), list[str]()
    while isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
        keys.insert(0, str(value.slice.value))
        value = value.value
    is_load = isinstance(value, ast.Call) and ast.unparse(value.func).endswith(".load")
    if not keys or not is_load:
        raise CannotSayError("the file is read by a function of the project's own")
    return ".".join(keys)


# What Flask's own defaults hold: a default for one of these is never taken.
FLASK_KEYS = frozenset(
    {
        *("DEBUG", "TESTING", "PROPAGATE_EXCEPTIONS", "SECRET_KEY", "SECRET_KEY_FALLBACKS"),
        *("PERMANENT_SESSION_LIFETIME", "USE_X_SENDFILE", "TRUSTED_HOSTS", "SERVER_NAME"),
        *("APPLICATION_ROOT", "SESSION_COOKIE_NAME", "SESSION_COOKIE_DOMAIN"),
        *("SESSION_COOKIE_PATH", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SECURE"),
        *("SESSION_COOKIE_PARTITIONED", "SESSION_COOKIE_SAMESITE", "SESSION_REFRESH_EACH_REQUEST"),
        *(
            "MAX_CONTENT_LENGTH",
            "MAX_FORM_MEMORY_SIZE",
            "MAX_FORM_PARTS",
            "SEND_FILE_MAX_AGE_DEFAULT",
        ),
        *("TRAP_BAD_REQUEST_ERRORS", "TRAP_HTTP_EXCEPTIONS", "EXPLAIN_TEMPLATE_LOADING"),
        *("PREFERRED_URL_SCHEME", "TEMPLATES_AUTO_RELOAD", "MAX_COOKIE_SIZE"),
        "PROVIDE_AUTOMATIC_OPTIONS",
    }
)
