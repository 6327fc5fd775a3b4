"""Make the standard library cooperative: `gevent.monkey.patch_all`."""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, model_validator

from assembler.language.flags import Flag
from assembler.steps.forms import Options, Patch

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "PATCH",
    "PROVED_BY",
    "GeventOptions",
    "find_missing",
    "find_patched_modules",
    "find_unwanted",
]

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


class GeventOptions(Options):
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
            message = "expected `signal: false` beside `os: false`: child processes would be lost"
            raise ValueError(message)
        return self


def find_patched_modules() -> list[str]:
    """Name the modules that gevent has patched in this process, whoever asked for it."""
    monkey = sys.modules.get("gevent.monkey")
    # gevent keeps its own settings beside the modules, under a name with an underscore.
    return [name for name in getattr(monkey, "saved", ()) if not name.startswith("_gevent")]


def find_missing(options: GeventOptions) -> list[str]:
    """Name the options that are asked for and not in force in this process."""
    return [name for name in PROVED_BY if _is_wanted(options, name) and not _is_live(name)]


def find_unwanted(options: GeventOptions) -> list[str]:
    """Name the options that are not asked for and yet in force in this process."""
    return [name for name in PROVED_BY if not _is_wanted(options, name) and _is_live(name)]


def _is_wanted(options: GeventOptions, name: str) -> bool:
    return bool(getattr(options, name) and getattr(options, PARTS.get(name, name)))


def _is_live(name: str) -> bool:
    if not find_patched_modules():
        return False
    from gevent import monkey

    module, item = PROVED_BY[name]
    return (
        monkey.is_module_patched(module) if item is None else monkey.is_object_patched(module, item)
    )


def _apply(options: GeventOptions) -> None:
    from gevent import monkey

    with warnings.catch_warnings(), _entry_points_read_once():
        # gevent warns where patching came too late, or in the wrong thread, and goes on.
        warnings.simplefilter("error", monkey.MonkeyPatchWarning)
        monkey.patch_all(**options.model_dump())


@contextmanager
def _entry_points_read_once() -> Iterator[None]:
    """Let gevent look for the subscribers of its events in what was read once.

    It has some 25 events, and for each it would read every installed distribution's metadata: half
    the time that patching takes.
    """
    from importlib import metadata

    original = metadata.entry_points
    found: Any = original()  # before Python 3.12 of another type, with the same method
    metadata.entry_points = found.select
    try:
        yield
    finally:
        metadata.entry_points = original


def _find_proof(options: GeventOptions) -> str | None:
    if not find_patched_modules() or find_missing(options):
        return None
    wanted = dict.fromkeys(PROVED_BY[name][0] for name in PROVED_BY if _is_wanted(options, name))
    return f"is_module_patched is true for {', '.join(wanted)}"


PATCH = Patch(
    name="gevent",
    summary="Make the standard library cooperative, so that one process serves many requests.",
    options=GeventOptions,
    apply=_apply,
    find_proof=_find_proof,
    packages=("gevent",),
    first=True,
)
