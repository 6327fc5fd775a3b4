"""Find the loaded modules that patching comes too late for: they keep an unpatched object.

Which objects count:

- an `ssl.SSLContext`, kept by any module. That is what gevent itself warns about: its own class
  calls the original's, and a module that kept the original recurses or blocks.
- whatever else `patch_all` replaces (`from time import sleep`, a `Lock` made at module level),
  kept by a module of the project. An installed library may keep one: most do (`threading.Lock` in
  Werkzeug and Jinja), they hold it for moments, and gevent's users have them loaded every day.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics.diagnostic import Place, Related, Span
from assembler.patching.import_chain import (
    ImportGraph,
    find_source_file,
    get_namespace,
    is_project_module,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from assembler.patching.import_chain import ImportStep
    from assembler.steps.patches.gevent import GeventOptions

__all__ = ["LateModule", "RenderedLate", "find_late_modules", "render_late_modules"]

# The modules that each option of gevent replaces objects in, by gevent's own name for them.
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
# What gevent takes away or replaces beyond the modules' own lists.
REMOVED = {
    "select": ("epoll", "kqueue", "devpoll"),
    "selectors": ("EpollSelector", "KqueueSelector", "DevpollSelector"),
}
# Types without a public name, as what makes one of them.
SHOWN_AS = {"_thread.LockType": "threading.Lock", "threading._CRLock": "threading.RLock"}
CONTEXT = "ssl.SSLContext"
# Kept for its type alone, it neither blocks nor locks.
HARMLESS = frozenset({"subprocess.CompletedProcess"})


class LateModule(NamedTuple):
    """A module loaded before the patch, and what it keeps that the patch would replace."""

    module: str
    keeps: str  # such as ``time.sleep``, or ``a threading.Lock``
    attribute: str  # the name that it has in the module


class RenderedLate(NamedTuple):
    """A late module in words: what is wrong, the remedy, and the imports that loaded it."""

    message: str
    hint: str
    related: tuple[Related, ...]


def find_late_modules(options: GeventOptions) -> list[LateModule]:
    """Name the loaded modules that keep what gevent's patch with ``options`` would replace.

    Works before patching and after it. Of an installed library only the first module is named.
    Imports gevent's own modules, as patching itself does.
    """
    originals = _find_originals(options)
    late: dict[str, LateModule] = {}
    seen: set[int] = set()
    for name, module in list(sys.modules.items()):
        package = name.partition(".")[0]
        if id(module) in seen or package == "gevent" or name == "ssl":
            continue
        seen.add(id(module))
        kept = [LateModule(name, *found) for found in _iter_kept(module, originals)]
        is_project = bool(kept) and is_project_module(name)
        for found in kept:
            if is_project or CONTEXT in found.keeps:
                late.setdefault(name if is_project else package, found)
    return list(late.values())


def render_late_modules(late: list[LateModule]) -> list[RenderedLate]:
    """Say what each of ``late`` is, with the chain of imports that loaded it."""
    graph = ImportGraph() if late else None
    return [_render(found, graph.find_chain(found.module)) for found in late if graph]


def _render(late: LateModule, chain: list[ImportStep]) -> RenderedLate:
    message = f"module '{late.module}' was loaded before the patch and keeps {late.keeps}"
    if late.attribute != late.keeps.rpartition(".")[2]:
        message += f" as '{late.attribute}'"
    related = [
        Related(_place(step.file, step.line), f"'{step.module}' imports '{step.imported}' here")
        for step in chain
    ]
    if not related and (file := find_source_file(late.module)):
        related = [Related(_place(file, 1), "loaded from this file, by no import that can be read")]
    return RenderedLate(message, _render_hint(late, chain), tuple(related))


def _render_hint(late: LateModule, chain: list[ImportStep]) -> str:
    own = [step for step in chain if is_project_module(step.module)]
    if not own:
        return f"Import '{late.module}' only after the patches are applied."
    step = own[-1]
    place = _place(step.file, step.line)
    return (
        f"Import '{step.imported}' only after the patches: move the import at "
        f"{place.path}:{step.line} into the function that uses it, or let the profile load "
        f"'{step.module}'."
    )


def _place(file: str, line: int) -> Place:
    path = Path(file)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return Place(str(shown), Span(line, 1, line, 1))


def _find_originals(options: GeventOptions) -> dict[int, tuple[str, Any]]:
    """Map the identity of each object that is replaced to what it is called, and to itself."""
    originals: dict[int, tuple[str, Any]] = {}
    for option, names in REPLACED_IN.items():
        for name in names if getattr(options, option) else ():
            for item, original in _iter_replaced(name, options):
                originals.setdefault(id(original), (item, original))
                below = _iter_derived(original) if item == CONTEXT else ()
                originals |= {id(each): (f"subclass of {item}", each) for each in below}
    return originals


def _iter_derived(original: type[Any]) -> Iterator[type[Any]]:
    """Give the classes below ``original``, but for gevent's own and what derives from that."""
    for derived in original.__subclasses__():
        if not derived.__module__.startswith("gevent."):
            yield derived
            yield from _iter_derived(derived)


def _iter_replaced(name: str, options: GeventOptions) -> Iterator[tuple[str, Any]]:
    """Give each object that is replaced in, or removed from, one module: its name and itself."""
    from gevent import monkey  # noqa: PLC0415 - only when it is asked for

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


def _iter_kept(
    module: ModuleType | None, originals: dict[int, tuple[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Give what ``module`` keeps, and by which names."""
    for attribute, value in list(get_namespace(module).items()):
        kept = _describe(value, originals)
        if kept is not None:
            yield kept, attribute


def _describe(value: object, originals: dict[int, tuple[str, Any]]) -> str | None:
    if id(value) in originals:
        return f"an unpatched {originals[id(value)][0]}"
    kind = id(type(value))  # not `isinstance`: a proxy would be asked for what it stands for
    return f"an unpatched {originals[kind][0]} object" if kind in originals else None
