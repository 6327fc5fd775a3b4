"""Call a factory once, in a process of its own, and tell which lines ran, with which objects."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import re
import sys
import traceback
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

from assembler.adopting.probes import Probes
from assembler.adopting.scratch import prepare_process
from assembler.secrets.memory import build_environment_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["main"]

MISSING = object()
PLAIN_OWNERS = (list, tuple, type(os.environ))
LIMIT_ROUNDS = 100  # of a loop: what comes later is not looked at
HEALTH = re.compile(r"/_?(healthz?|healthcheck|readyz?|livez?|ready|live|ping)/?$")
SKIPPED = frozenset({"__main__", "__mp_main__"})


def main() -> None:
    """Carry out the request on standard input, and write what was seen to its pipe.

    Ends the process: threads that the app left behind would keep it.
    """
    request = prepare_process()
    watch = _Watch(request)
    failure, app = None, None
    try:
        app = watch.call()
        failure = _find_other(app)
    except BaseException as error:  # noqa: BLE001 - whatever the factory raises is told
        failure = _describe(error)
    told = watch.tell(app) | {"failure": failure}
    with os.fdopen(request["pipe"], "w", encoding="utf-8") as pipe:
        pipe.write(f"{json.dumps(told)}\n")
        pipe.write('{"done": true}\n')
    sys.stdout.flush()
    os._exit(0)


def _describe(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    text = build_environment_secrets(os.environ).scrub(f"{type(error).__name__}: {error}")
    return f"{text} ({last.filename}:{last.lineno})"


def _find_other(app: object) -> str | None:
    """Return what was given in place of a Flask."""
    classes = {f"{one.__module__}.{one.__qualname__}" for one in type(app).__mro__}
    return None if "flask.app.Flask" in classes else f"it gave a {type(app).__name__}, not a Flask"


class _Watch:
    """One call of the factory."""

    def __init__(self, request: dict[str, Any]) -> None:
        """Keep what is asked, by its place."""
        self._request = request
        self._asked: dict[tuple[str, int], list[str]] = {}
        for file, line, expression, _ in request["questions"]:
            self._asked.setdefault((file, line), []).append(expression)
        self._rounds: dict[tuple[str, int], int] = {}  # of each statement that ran
        # By their places; held, since ids are used again. A loop comes by several times.
        self._objects: dict[tuple[str, int, str], list[object]] = {}

    def call(self) -> object:
        """Import the factory's module and call the factory."""
        functions = ((file, line) for file, line in self._request["functions"])
        Probes(functions, self._note).install()
        module, _, path = self._request["factory"].partition(":")
        factory: Any = importlib.import_module(module)
        for name in path.split("."):
            factory = getattr(factory, name)
        args = [_read(one) for one in self._request["args"]]
        options = {name: _read(one) for name, one in self._request["options"].items()}
        return factory(*args, **options)

    def tell(self, app: object) -> dict[str, Any]:
        """Return what was seen."""
        names = _Names()
        answers = []
        for file, line, expression, reference in self._request["questions"]:
            found = self._objects.get((file, line, expression))
            if found:
                answer = _answer(found, reference, names)
                answers.append([file, line, expression, reference, *answer])
        return {
            "lines": sorted(self._rounds),
            "answers": answers,
            "import_name": getattr(app, "import_name", None),
            "models": sorted(_find_models(app)),
            "health": _find_health(app),
        }

    def _note(self, file: str, line: int, frame: FrameType) -> None:
        """Keep that a statement is about to run, and what its names mean; a loop's first rounds."""
        key = (file, line)
        rounds = self._rounds[key] = self._rounds.get(key, 0) + 1
        if rounds > LIMIT_ROUNDS or (rounds > 1 and key not in self._asked):
            return
        for expression in self._asked.get(key, ()):
            found = _look_up(frame, expression)
            known = self._objects.setdefault((file, line, expression), [])
            if found is not MISSING and not any(one is found for one in known):
                known.append(found)


def _look_up(frame: FrameType, expression: str) -> object:
    """Return what an expression means in a frame: names, attributes, items, variables."""
    try:
        return _evaluate(frame, ast.parse(expression, mode="eval").body)
    except Exception:  # noqa: BLE001 - a property may raise anything
        return MISSING


def _evaluate(frame: FrameType, node: ast.expr) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        builtin = vars(importlib.import_module("builtins"))
        scopes = (frame.f_locals, frame.f_globals, builtin)
        return next((one[node.id] for one in scopes if node.id in one), MISSING)
    if isinstance(node, ast.Attribute):
        owner = _evaluate(frame, node.value)
        return MISSING if type(owner).__name__ == "LocalProxy" else getattr(owner, node.attr)
    if isinstance(node, ast.Subscript):
        return _get_item(_evaluate(frame, node.value), _evaluate(frame, node.slice))
    if isinstance(node, ast.Call) and not node.keywords:
        called: Any = _evaluate(frame, node.func)
        is_variable = any(called == one for one in (os.getenv, os.environ.get))
        return called(*(_evaluate(frame, one) for one in node.args)) if is_variable else MISSING
    return MISSING


def _get_item(owner: Any, key: Any) -> object:  # noqa: ANN401 - whatever the factory has
    """Take an item, where that does nothing else."""
    if issubclass(type(owner), dict):
        return dict.get(owner, key, MISSING)
    return owner[key] if type(owner) in PLAIN_OWNERS else MISSING


def _answer(found: list[object], reference: str, names: _Names) -> tuple[Any, ...]:
    parameters, first = None, found[0]
    with suppress(Exception):
        if callable(first):
            listed = inspect.signature(first).parameters
            parameters = [[name, int(one.kind)] for name, one in listed.items()]
    if not reference:  # only its parameters are asked for
        return None, [], parameters
    named = _resolve(reference)
    is_same = any(_is_same(one, named) for one in found)
    is_certain = not is_same and len(found) == 1
    return is_same, names.find(first) if is_certain else [], parameters


def _is_same(found: object, named: object) -> bool:
    if inspect.ismethod(found) and inspect.ismethod(named):
        return found.__func__ is named.__func__ and found.__self__ is named.__self__
    return found is named


def _resolve(reference: str) -> object:
    module, _, path = reference.partition(":")
    try:
        found: object = importlib.import_module(module)
    except Exception:  # noqa: BLE001 - a module may raise anything
        return MISSING
    for name in path.split(".") if path else ():
        found = getattr(found, name, MISSING)
    return found


class _Names:
    """Names objects by where they are: at the top of which modules."""

    def __init__(self) -> None:
        self._by_id: dict[int, list[str]] = {}
        for module in list(sys.modules.values()):
            # Anything may be put there, None too, whatever its annotation says.
            own = getattr(module, "__name__", "__main__")
            names = getattr(module, "__dict__", {}) if own not in SKIPPED else {}
            for name, value in list(names.items()):
                if not name.startswith("__"):
                    self._by_id.setdefault(id(value), []).append(f"{own}:{name}")

    def find(self, found: object) -> list[str]:
        """Return the names of an object, its own module's first."""
        if isinstance(found, ModuleType):
            return [found.__name__ if "." in found.__name__ else f"{found.__name__}:"]
        own = f"{getattr(found, '__module__', '')}:"
        listed = self._by_id.get(id(found), [])
        return sorted(listed, key=lambda one: (not one.startswith(own), len(one), one))[:5]


def _find_models(app: object) -> Iterator[str]:
    """Yield the modules of the models that Flask-SQLAlchemy knows."""
    db = getattr(app, "extensions", {}).get("sqlalchemy")
    registry = getattr(getattr(db, "Model", None), "registry", None)
    yield from {one.class_.__module__ for one in getattr(registry, "mappers", ())}


def _find_health(app: object) -> str | None:
    """Return the path of a route that a load balancer would ask."""
    rules: Any = getattr(getattr(app, "url_map", None), "iter_rules", list)()
    paths = (one.rule for one in rules if "GET" in (one.methods or ()) and not one.arguments)
    return next((path for path in paths if HEALTH.search(path)), None)


def _read(given: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return an argument: a value, or the object of a reference."""
    if not isinstance(given, dict) or set(given) != {"$import"}:
        return given
    found = _resolve(given["$import"])
    if found is MISSING:
        raise LookupError(f"nothing is called '{given['$import']}'")
    return found
