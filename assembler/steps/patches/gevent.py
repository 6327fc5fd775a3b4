"""Make the standard library cooperative: `gevent.monkey.patch_all`."""

from __future__ import annotations

import sys
import threading
import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, model_validator

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.language.flags import Flag
from assembler.steps.forms import FrozenOptions, Patch, Replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PATCH", "GeventOptions"]

# What shows that an option is in force: the module that gevent records as patched, or, where the
# option is a part of another one, the object. `sys`, `builtins` and `contextvars` are not here:
# on every Python that gevent 23.7 and later run on, they change nothing.
PROVED_BY: dict[str, tuple[str, str | None]] = {
    "socket": ("socket", None),
    "dns": ("socket", "getaddrinfo"),
    "time": ("time", None),
    "select": ("select", None),
    "thread": ("threading", None),
    "os": ("os", None),
    "ssl": ("ssl", None),
    "subprocess": ("subprocess", None),
    "Event": ("threading", "Event"),
    "signal": ("signal", None),
    "queue": ("queue", None),
}
PARTS = {"dns": "socket", "Event": "thread"}
# The modules that each option replaces objects in, by gevent's own name for them.
REPLACED_IN = {
    "socket": ("socket",),
    "time": ("time",),
    "select": ("select", "selectors"),
    "thread": ("threading", "thread"),
    "os": ("os",),
    "ssl": ("ssl",),
    "subprocess": ("subprocess",),
    "signal": ("signal",),
    "queue": ("queue",),
}
# What gevent removes or replaces beyond the modules' own lists.
REMOVED = {
    "select": ("epoll", "kqueue", "devpoll"),
    "selectors": ("EpollSelector", "KqueueSelector", "DevpollSelector"),
}
# Types without a public name, as what makes one of them.
SHOWN_AS = {"_thread.LockType": "threading.Lock", "threading._CRLock": "threading.RLock"}
# Kept by any module, it counts: gevent's own class calls the original's, so that a module that
# kept the original recurses or blocks. Whatever else is replaced, an installed library may keep:
# most do (`threading.Lock` in Werkzeug and Jinja), and only for moments.
CONTEXT = "ssl.SSLContext"
# Kept for its type alone, it neither blocks nor locks.
HARMLESS = frozenset({"subprocess.CompletedProcess"})


class GeventOptions(FrozenOptions):
    """The keywords of `gevent.monkey.patch_all`, with its defaults."""

    socket: Flag = Field(default=True, description="Patch `socket`.")
    dns: Flag = Field(default=True, description="Patch name resolution in `socket` too.")
    time: Flag = Field(default=True, description="Patch `time.sleep`.")
    select: Flag = Field(default=True, description="Patch `select` and `selectors`.")
    thread: Flag = Field(default=True, description="Patch `threading`: threads become greenlets.")
    os: Flag = Field(default=True, description="Patch `os.fork` and `os.waitpid`.")
    ssl: Flag = Field(default=True, description="Patch `ssl`.")
    subprocess: Flag = Field(default=True, description="Patch `subprocess`.")
    sys: Flag = Field(default=False, description="Accepted by gevent; changes nothing any more.")
    aggressive: Flag = Field(
        default=True, description="Remove what would block from `select` and `selectors`."
    )
    Event: Flag = Field(default=True, description="Patch `threading.Event`.")
    builtins: Flag = Field(
        default=True, description="Accepted by gevent; changes nothing any more."
    )
    signal: Flag = Field(default=True, description="Patch `signal.signal`; needs `os`.")
    queue: Flag = Field(default=True, description="Patch the classes of `queue`.")
    contextvars: Flag = Field(
        default=True, description="Accepted by gevent; changes nothing any more."
    )

    @model_validator(mode="after")
    def _refuse_signal_without_os(self) -> Self:
        if self.signal and not self.os:
            message = "expected `signal: false` with `os: false`: child processes would be lost"
            raise ValueError(message)
        return self


def _prepare(options: GeventOptions, found_by: str | None) -> str | None:
    """Check who patches: a server that has done just this, or we, in the main thread."""
    by = found_by or ("an earlier call in this process" if _find_patched_modules() else None)
    if by is not None:
        _check_live(options, by)
    elif threading.current_thread() is not threading.main_thread():
        name = threading.current_thread().name
        message = f"patch 'gevent' must be applied in the main thread, not in '{name}'"
        hint = "Build the app in the main thread, before other threads start."
        raise StepFault(message, hint=hint, code=codes.PATCH_TOO_LATE)
    return by


def _check_live(options: GeventOptions, by: str) -> None:
    wanted = {name for name in PROVED_BY if _is_wanted(options, name)}
    live = {name for name in PROVED_BY if _is_live(name)}
    if missing := [name for name in PROVED_BY if name in wanted - live]:
        left_out = ", ".join(missing) if _find_patched_modules() else "the standard library"
        message = f"patch 'gevent' is the task of {by} here, and it left {left_out} unpatched"
        hint = "Use `assembler run`, or start the process with `gunicorn -k gevent`."
        if "celery" in by:
            hint = "Use `assembler worker`, or start the process with `celery worker -P gevent`."
        raise StepFault(message, hint=hint, code=codes.WORKER_NOT_PATCHED)
    if unwanted := [name for name in PROVED_BY if name in live - wanted]:
        message = f"patch 'gevent' leaves out {', '.join(unwanted)}, but {by} has patched it"
        hint = "Use `assembler run`, or leave these options at what the server does."
        raise StepFault(message, hint=hint, code=codes.PATCH_LIST_DIFFERS)


def _find_patched_modules() -> list[str]:
    """Return the modules that gevent has patched in this process, whoever asked for it."""
    monkey = sys.modules.get("gevent.monkey")
    # gevent keeps its own settings beside the modules, under a name with an underscore.
    return [name for name in getattr(monkey, "saved", ()) if not name.startswith("_gevent")]


def _is_wanted(options: GeventOptions, name: str) -> bool:
    return bool(getattr(options, name) and getattr(options, PARTS.get(name, name)))


def _is_live(name: str) -> bool:
    if not _find_patched_modules():
        return False
    from gevent import monkey

    module, item = PROVED_BY[name]
    return (
        monkey.is_module_patched(module) if item is None else monkey.is_object_patched(module, item)
    )


def _find_replaced(options: GeventOptions) -> Iterator[Replaced]:
    """Yield each object that is replaced or removed; an `ssl.SSLContext` with what is below it."""
    for option, names in REPLACED_IN.items():
        for name in names if getattr(options, option) else ():
            for item, original in _iter_replaced(name, options):
                yield Replaced(item, original, item == CONTEXT)
                for each in _iter_derived(original) if item == CONTEXT else ():
                    yield Replaced(f"subclass of {item}", each, in_libraries=True)


def _iter_derived(original: type[Any]) -> Iterator[type[Any]]:
    """Yield the classes below ``original``, except gevent's own and what derives from that."""
    for derived in original.__subclasses__():
        if not derived.__module__.startswith("gevent."):
            yield derived
            yield from _iter_derived(derived)


def _iter_replaced(name: str, options: GeventOptions) -> Iterator[tuple[str, Any]]:
    from gevent import monkey

    green = import_module(f"gevent.{name}")
    target = import_module(getattr(green, "__target__", name))
    skipped = set() if options.dns else set(getattr(green, "__dns__", ()))
    items = {item: getattr(green, item, None) for item in green.__implements__}
    items |= dict.fromkeys(REMOVED.get(name, ()) if options.aggressive else ())
    items |= dict.fromkeys(("Event",) if name == "threading" and options.Event else ())
    for item, replacement in items.items():
        try:
            original = monkey.get_original(target.__name__, item)
        except AttributeError:  # not on this platform
            continue
        full_name = f"{target.__name__}.{item}"
        full_name = SHOWN_AS.get(full_name, full_name)
        is_replaced = callable(original) and original is not replacement
        if is_replaced and item not in skipped and full_name not in HARMLESS:
            yield full_name, original


def _apply(options: GeventOptions) -> None:
    from gevent import monkey

    with warnings.catch_warnings(), _entry_points_read_once():
        # gevent only warns, and goes on, where patching came too late.
        warnings.simplefilter("error", monkey.MonkeyPatchWarning)
        try:
            monkey.patch_all(**options.model_dump())
        except RuntimeWarning as warning:
            message = f"patch 'gevent' comes too late, gevent says: {warning}"
            hint = "Apply the patches before whatever gevent names is imported."
            raise StepFault(message, hint=hint, code=codes.PATCH_TOO_LATE) from warning


@contextmanager
def _entry_points_read_once() -> Iterator[None]:
    """Read the entry points once, not for each of gevent's 25 events: that halves the time."""
    from importlib import metadata

    original = metadata.entry_points
    found: Any = original()  # before Python 3.12 of another type, with the same method
    metadata.entry_points = found.select
    try:
        yield
    finally:
        metadata.entry_points = original


def _find_proof(options: GeventOptions) -> str | None:
    wanted = [name for name in PROVED_BY if _is_wanted(options, name)]
    if not _find_patched_modules() or not all(map(_is_live, wanted)):
        return None
    modules = dict.fromkeys(PROVED_BY[name][0] for name in wanted)
    return f"is_module_patched is true for {', '.join(modules)}"


def _find_trace() -> str | None:
    modules = _find_patched_modules()
    return f"gevent has patched {', '.join(modules)}" if modules else None


PATCH = Patch(
    name="gevent",
    summary="Make the standard library cooperative, so that one process serves many requests.",
    options=GeventOptions,
    apply=_apply,
    find_proof=_find_proof,
    packages=("gevent",),
    first=True,
    prepare=_prepare,
    find_replaced=_find_replaced,
    find_trace=_find_trace,
)
