"""Read gunicorn's settings off its source text, since importing it would load what gevent patches.

Each setting there is a class with a `name` and a `validator`, most of them a function that needs
nothing but its argument. Those are carried out without the module around them: what they need
beyond that, such as the file system, is not there, and then nothing is said.
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
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Validator = Callable[[object], object]

__all__ = ["find_refusal", "load_imported_settings", "load_settings"]

SETTING = re.compile(r"^class \w+\(Setting\):\n(?P<body>(?:(?:[ \t].*)?\n)+)", re.MULTILINE)
NAME = re.compile(r"^    name = [\"'](\w+)[\"']$", re.MULTILINE)
VALIDATOR = re.compile(r"^    validator = (\w+(?:\(-?\d+\))?)$", re.MULTILINE)
FUNCTION = re.compile(r"^def (?P<name>validate_\w+)\(.*\n(?:(?:[ \t].*)?\n)+", re.MULTILINE)
CONSTANT = re.compile(r"^VALID_[A-Z_0-9]+ = frozenset\(.+\)$", re.MULTILINE)
IMPORTING = ("_validate_callable", "validate_class", "validate_post_request")
# Neither importing nor opening: what a validator says without those is all that linting may ask.
SAFE = (
    *("AttributeError", "ImportError", "KeyError", "TypeError", "ValueError"),
    *("all", "any", "bool", "callable", "dict", "float", "int", "isinstance", "len", "list"),
    *("frozenset", "set", "sorted", "str", "tuple"),
)


class _Util:
    """Stand in for gunicorn's module of that name, of which one function needs nothing else."""

    @staticmethod
    def get_arity(function: Callable[..., object]) -> int:
        """Count the arguments that can be given by position."""
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = inspect.signature(function).parameters.values()
        return sum(parameter.kind in kinds for parameter in parameters)

    def __getattr__(self, name: str) -> object:
        """Say that the rest is not here."""
        raise NameError(name)


class _ConfigError(Exception):
    """Stand in for gunicorn's class of that name."""


@cache
def load_settings() -> Mapping[str, Validator | None]:
    """Give gunicorn's settings in its order, each with what validates it, if that can be known.

    Reads a file of gunicorn's; empty if there is none.
    """
    source = _load_source()
    namespace = _build_namespace(source)
    settings: dict[str, Validator | None] = {}
    for setting in SETTING.finditer(source):
        name, validator = NAME.search(setting["body"]), VALIDATOR.search(setting["body"])
        if name is None:
            continue
        settings[name[1]] = None
        with suppress(NameError):
            if validator is not None:
                settings[name[1]] = eval(validator[1], namespace)  # noqa: S307 - a function's name
    return MappingProxyType(settings)


def find_refusal(name: str, value: object) -> Exception | None:
    """Give what gunicorn raises at ``value`` for its setting ``name``.

    ``None``: nothing, or it cannot be known without running it.
    """
    validate = load_settings().get(name)
    if validate is None:
        return None
    try:
        validate(value)
    except NameError:  # it needs what is not here
        return None
    except Exception as error:  # noqa: BLE001 - validators raise whatever they meet
        return error
    return None


@cache
def load_imported_settings() -> frozenset[str]:
    """Give the settings for which gunicorn imports what a text names: its hooks and classes."""
    return frozenset(
        name
        for name, validator in load_settings().items()
        if getattr(validator, "__name__", "") in IMPORTING
    )


def _load_source() -> str:
    spec = find_spec("gunicorn")
    folders = () if spec is None else spec.submodule_search_locations or ()
    for folder in folders:
        try:
            return (Path(folder) / "config.py").read_text("utf-8")
        except OSError:
            continue
    return ""


def _build_namespace(source: str) -> dict[str, Any]:
    """Define the validators, and nothing else."""
    safe = {name: getattr(builtins, name) for name in SAFE}
    namespace: dict[str, Any] = {"__builtins__": safe, "ConfigError": _ConfigError}
    namespace |= {"inspect": inspect, "ipaddress": ipaddress, "re": re, "util": _Util()}
    definitions = [*CONSTANT.finditer(source), *FUNCTION.finditer(source)]
    text = "\n".join(one[0] for one in definitions)
    with suppress(SyntaxError):  # a version that is written in another way
        exec(compile(text, "gunicorn/config.py", "exec"), namespace)  # noqa: S102 - gunicorn's own
    return namespace
