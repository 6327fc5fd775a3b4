"""Time the modules that are imported while an app is assembled."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import lru_cache
from importlib import machinery
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    Listener = Callable[[str, float], object]  # a module's name, and its own time in seconds

__all__ = ["get_import_seconds", "get_thread", "read_import_seconds", "timing_imports"]

# What loads a module, and what of it takes long: an extension in C is opened when it is created.
TIMED: tuple[tuple[Any, str], ...] = (
    (machinery.SourceFileLoader, "exec_module"),
    (machinery.SourcelessFileLoader, "exec_module"),
    (machinery.ExtensionFileLoader, "create_module"),
    (machinery.ExtensionFileLoader, "exec_module"),
)
# Python takes its own frames of an import out of a traceback, and ours with them.
FRAMES_OF_IMPORT = "<frozen importlib._bootstrap_external>"


class _Clock:
    """The time that each thread has spent importing, and who wants to know of each module.

    It runs while somebody has entered it.
    """

    def __init__(self) -> None:
        self.users = 0
        self.seconds: dict[int, float] = {}  # by thread: the modules' own times, added up
        self.inner: dict[int, list[float]] = {}  # by thread: of each import in progress
        self.listeners: list[Listener] = []
        self.replaced: list[tuple[Any, str, Any, Any]] = []

    def __enter__(self) -> None:
        self.users += 1
        if self.users == 1:
            _install()

    def __exit__(self, *_: object) -> None:
        self.users -= 1
        if self.users == 0:
            _uninstall()


# One for the process, as the import system is; it is in place while somebody uses it.
_clock = _Clock()


def timing_imports(listener: Listener | None = None) -> AbstractContextManager[None]:
    """Return what times imports while its body runs; ``listener`` is told of each module.

    Changes the loaders of `importlib` for that time. The body may itself time imports.
    """
    return _clock if listener is None else _listening(listener)


@contextmanager
def _listening(listener: Listener) -> Iterator[None]:
    _clock.listeners.append(listener)
    try:
        with _clock:
            yield
    finally:
        _clock.listeners.remove(listener)


def get_import_seconds() -> Mapping[int, float]:
    """Return how long each thread has imported while that was timed; it is kept up to date."""
    return _clock.seconds


def read_import_seconds() -> float:
    """Return how long this thread has imported while that was timed; to be read twice."""
    return _clock.seconds.get(get_thread(), 0.0)


def get_thread() -> int:
    """Return the thread, or the greenlet: gevent replaces the function in its module."""
    import _thread  # noqa: PLC0415 - it is looked up anew each time

    return _thread.get_ident()


def _install() -> None:
    for loader, name in TIMED:
        timed = _time(getattr(loader, name))
        _clock.replaced.append((loader, name, timed, vars(loader).get(name)))
        setattr(loader, name, timed)


def _uninstall() -> None:
    for loader, name, timed, own in _clock.replaced:
        if vars(loader).get(name) is not timed:
            continue  # somebody else has replaced it since, and goes on to call ours
        if own is None:
            delattr(loader, name)
        else:
            setattr(loader, name, own)
    _clock.replaced.clear()


@lru_cache(maxsize=8)  # the loaders are the same for each app
def _time(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    clock = _clock

    def load(loader: Any, what: Any) -> Any:  # noqa: ANN401 - a loader; a module or its spec
        thread = get_thread()
        inner = clock.inner.setdefault(thread, [])
        inner.append(0.0)
        started = time.perf_counter()
        try:
            return original(loader, what)
        finally:
            seconds = time.perf_counter() - started
            own = seconds - inner.pop()
            if inner:
                inner[-1] += seconds
            clock.seconds[thread] = clock.seconds.get(thread, 0.0) + own
            name = getattr(what, "__name__", None) or what.name
            for listener in tuple(clock.listeners):
                listener(name, own)

    load.__code__ = load.__code__.replace(co_filename=FRAMES_OF_IMPORT)
    return load
