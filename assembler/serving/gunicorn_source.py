"""Read gunicorn's settings from its source, since importing it would load what gevent patches.

Each setting there is a class with a `name` and a `validator`, which in most cases is a function
that needs only its argument. These functions are run without the module around them. What else one
needs, such as the file system, is missing here, and then the value is not judged.
"""

from __future__ import annotations

import builtins
import inspect
import ipaddress
import re
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Validator = Callable[[object], object]

__all__ = ["find_refusal", "is_imported", "load_settings"]

SETTING = re.compile(r"^class \w+\(Setting\):\n(?P<body>(?:(?:[ \t].*)?\n)+)", re.MULTILINE)
NAME = re.compile(r"^    name = [\"'](\w+)[\"']$", re.MULTILINE)
VALIDATOR = re.compile(r"^    validator = (\w+(?:\(-?\d+\))?)$", re.MULTILINE)
DEFINITION = re.compile(
    r"^(?:def (?P<function>validate_\w+)\(.*\n(?:(?:[ \t].*)?\n)+"
    r"|(?P<constant>VALID_[A-Z_0-9]+) = frozenset\(.+\)$)",
    re.MULTILINE,
)
WORD = re.compile(r"\w+")
IMPORTING = ("validate_callable", "validate_class", "validate_post_request")
# Nothing that imports or opens: the linter may only ask what a validator says without those.
SAFE = (
    *("AttributeError", "ImportError", "KeyError", "TypeError", "ValueError"),
    *("all", "any", "bool", "callable", "dict", "float", "int", "isinstance", "len", "list"),
    *("frozenset", "set", "sorted", "str", "tuple"),
)


class _Util:
    """Stand in for `gunicorn.util`, of which one function needs nothing else."""

    @staticmethod
    def get_arity(function: Callable[..., object]) -> int:
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = inspect.signature(function).parameters.values()
        return sum(parameter.kind in kinds for parameter in parameters)

    def __getattr__(self, name: str) -> object:
        raise NameError(name)


@cache  # linting a thousand profiles with settings would read the source a thousand times
def load_settings() -> Mapping[str, str | None]:
    """Return gunicorn's settings in its order, each with what makes its validator, if anything.

    Reads a file of gunicorn's; empty where gunicorn is not installed.
    """
    settings: dict[str, str | None] = {}
    for setting in SETTING.finditer(_load_source()):
        name, validator = NAME.search(setting["body"]), VALIDATOR.search(setting["body"])
        if name is not None:
            settings[name[1]] = None if validator is None else validator[1]
    return settings


def find_refusal(name: str, value: object) -> Exception | None:
    """Return what gunicorn raises at ``value`` for its setting ``name``.

    ``None``: nothing, or that is only known when gunicorn runs.
    """
    made_by = load_settings().get(name)
    try:
        if made_by is not None:
            _build_validator(made_by)(value)
    except NameError:  # it needs what is not here
        return None
    except Exception as error:  # noqa: BLE001 - validators raise whatever they meet
        return error
    return None


def is_imported(name: str) -> bool:
    """Return whether gunicorn imports what a string names here: for its hooks and classes."""
    validator = load_settings().get(name) or ""
    return validator.partition("(")[0] in IMPORTING


def _load_source() -> str:
    spec = find_spec("gunicorn")
    with suppress(OSError):
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).with_name("config.py").read_text("utf-8")
    return ""


@cache
def _build_validator(made_by: str) -> Validator:
    """Define a validator and what it needs of the definitions beside it, and nothing else.

    Raises:
        NameError: if it is not defined as expected, as in a version with another layout.
    """
    safe = {name: getattr(builtins, name) for name in SAFE}
    namespace: dict[str, Any] = {
        "__builtins__": safe,
        "ConfigError": type("ConfigError", (Exception,), {}),
    }
    namespace |= {"inspect": inspect, "ipaddress": ipaddress, "re": re, "util": _Util()}
    definitions = _load_definitions()
    wanted = WORD.findall(made_by)
    while wanted:
        name = wanted.pop()
        if name in definitions and name not in namespace:
            text = definitions[name]
            with suppress(SyntaxError):
                exec(compile(text, "gunicorn/config.py", "exec"), namespace)  # noqa: S102 - gunicorn's own
            wanted += WORD.findall(text)
    validator: Validator = eval(made_by, namespace)  # noqa: S307 - a function's name
    return validator


@cache
def _load_definitions() -> Mapping[str, str]:
    found = DEFINITION.finditer(_load_source())
    return {one["function"] or one["constant"]: one[0] for one in found}
