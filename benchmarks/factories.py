"""Time two ways to make the same app again, in this process, which stays unpatched."""

from __future__ import annotations

import gc
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Flask

__all__ = ["Factories", "open_factories"]


@dataclass(frozen=True, slots=True)
class Factories:
    """Two callables that make an app; CPU time, of so many apps made one after the other."""

    here: Callable[[], Flask]
    there: Callable[[], Flask]
    apps: int

    def measure_here(self) -> Mapping[str, float]:
        """Time the one."""
        return self._measure(self.here)

    def measure_there(self) -> Mapping[str, float]:
        """Time the other."""
        return self._measure(self.there)

    def _measure(self, make: Callable[[], Flask]) -> Mapping[str, float]:
        gc.collect()
        started = time.process_time()
        for _ in range(self.apps):
            make()
        return {"milliseconds": (time.process_time() - started) * 1000 / self.apps}


@contextmanager
def open_factories(
    here: Callable[[], Flask], there: Callable[[], Flask], *, apps: int, has_hooks: bool = False
) -> Iterator[Factories]:
    """Make both apps once, and compare their routes, hooks, commands and config.

    With ``has_hooks`` the one by hand has hooks where ours wraps the app: those are not compared.
    """
    if "gevent" in sys.modules:
        raise RuntimeError("this process has gevent in it, which it should not")
    describe = _describe_content if has_hooks else _describe
    described = describe(here()), describe(there())
    if described[0] != described[1]:
        message = f"the two apps differ: {described[0]} and {described[1]}"
        raise RuntimeError(message)
    yield Factories(here, there, apps)


def _describe(app: Flask) -> tuple[object, ...]:
    return (
        _describe_content(app),
        [len(hooks.get(None, [])) for hooks in (app.before_request_funcs, app.after_request_funcs)],
        _name_middleware(app),
    )


def _describe_content(app: Flask) -> tuple[object, ...]:
    return (
        sorted(str(rule) for rule in app.url_map.iter_rules()),
        sorted(app.cli.commands),
        sorted(app.config),
    )


def _name_middleware(app: Flask) -> str:
    """Return the outermost but what answers `/health` first, which a factory has as plain views."""
    outermost: Any = app.wsgi_app
    is_health = type(outermost).__name__ == "OwnViewsFirst"
    return type(outermost.app if is_health else outermost).__name__
