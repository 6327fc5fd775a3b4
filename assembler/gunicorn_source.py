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
    from collections.abc import Mapping

__all__ = ["find_refusal", "load_setting_validators"]

SETTING = re.compile(r"^class \w+\(Setting\):\n(?P<body>(?:(?:[ \t].*)?\n)+)", re.MULTILINE)
NAME = re.compile(r"^    name = [\"'](\w+)[\"']$", re.MULTILINE)
VALIDATOR = re.compile(r"^    validator = (\w+(?:\(-?\d+\))?)$", re.MULTILINE)
FUNCTION = re.compile(r"^def (?P<name>validate_\w+)\(.*\n(?:(?:[ \t].*)?\n)+", re.MULTILINE)
CONSTANT = re.compile(r"^VALID_[A-Z_0-9]+ = frozenset\(.+\)$", re.MULTILINE)
# Neither importing nor opening: what a validator says without those is all that linting may ask.
SAFE = (
    *("AttributeError", "ImportError", "KeyError", "TypeError", "ValueError"),
    *("all", "any", "bool", "callable", "dict", "float", "int", "isinstance", "len", "list"),
    *("frozenset", "set", "sorted", "str", "tuple"),
)


class _ConfigError(Exception):
    """Stand in for gunicorn's class of that name."""


@cache
def load_setting_validators() -> Mapping[str, str]:
    """Give gunicorn's settings in its order, each with what validates it; empty if there is none.

    Reads a file of gunicorn's.
    """
    return MappingProxyType(
        {
            name[1]: validator[1] if (validator := VALIDATOR.search(setting["body"])) else ""
            for setting in SETTING.finditer(_load_source())
            if (name := NAME.search(setting["body"]))
        }
    )


def find_refusal(name: str, value: object) -> Exception | None:
    """Give what gunicorn raises at ``value`` for its setting ``name``.

    ``None``: nothing, or it cannot be known without running it.
    """
    validator = load_setting_validators().get(name)
    if not validator:
        return None
    namespace = _load_namespace()
    try:
        eval(validator, namespace)(value)  # noqa: S307 - a name out of gunicorn's own source
    except NameError:  # it needs what is not here
        return None
    except Exception as error:  # noqa: BLE001 - validators raise whatever they meet
        return error
    return None


@cache
def _load_source() -> str:
    spec = find_spec("gunicorn")
    folders = () if spec is None else spec.submodule_search_locations or ()
    for folder in folders:
        try:
            return (Path(folder) / "config.py").read_text("utf-8")
        except OSError:
            continue
    return ""


@cache
def _load_namespace() -> dict[str, Any]:
    """Define the validators, and nothing else."""
    safe = {name: getattr(builtins, name) for name in SAFE}
    namespace: dict[str, Any] = {"__builtins__": safe, "ConfigError": _ConfigError}
    namespace |= {"inspect": inspect, "ipaddress": ipaddress, "re": re}
    source = _load_source()
    found = [*CONSTANT.finditer(source), *FUNCTION.finditer(source)]
    functions = "\n".join(one[0] for one in found)
    with suppress(SyntaxError):  # a version that is written in another way
        exec(compile(functions, "gunicorn/config.py", "exec"), namespace)  # noqa: S102 - see above
    return namespace
