"""Watch who reads and writes an app's config, and who looks up its extensions.

The config stays the same object, since Jinja and others have it too: its class is replaced by one
that records, and can be set back.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cache
from typing import Any

__all__ = ["Access", "stop_watching", "watch_config", "watch_extensions"]

OURS = "assembler.assembling"  # our own checks between the steps are nobody's reading
MISSING = object()


@dataclass(slots=True)
class Access:
    """What has been asked for and set since somebody last took it; in order, each once."""

    found: dict[str, None] = field(default_factory=dict)
    absent: dict[str, None] = field(default_factory=dict)
    wrote: dict[str, None] = field(default_factory=dict)
    asked: dict[str, None] = field(default_factory=dict)  # extensions
    is_all: bool = False

    def take(self) -> Access:
        """Return what has been asked for and set, and begin anew."""
        if not (self.found or self.absent or self.wrote or self.asked or self.is_all):
            return NONE
        taken = Access(self.found, self.absent, self.wrote, self.asked, self.is_all)
        self.found, self.absent, self.wrote, self.asked = {}, {}, {}, {}
        self.is_all = False
        return taken

    def note_all(self) -> None:
        """Take note that somebody goes through all keys."""
        # Up from here: what records, and who asks.
        if not sys._getframe(2).f_globals.get("__name__", "").startswith(OURS):  # noqa: SLF001
            self.is_all = True

    def note(self, key: str, *, is_there: bool) -> None:
        """Take note that somebody asks for a key."""
        if not sys._getframe(2).f_globals.get("__name__", "").startswith(OURS):  # noqa: SLF001
            (self.found if is_there else self.absent)[key] = None


NONE = Access()


class _WatchedConfig(dict):  # type: ignore[type-arg]  # mixed into the class of the app's config
    """Records what is asked of a config, and does it."""

    ledger_access: Access  # of an instance, beside what its own class has

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - a config value
        self.ledger_access.note(key, is_there=dict.__contains__(self, key))
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        self.ledger_access.note(key, is_there=dict.__contains__(self, key))
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        if isinstance(key, str):
            self.ledger_access.note(key, is_there=dict.__contains__(self, key))
        return super().__contains__(key)

    # No `__iter__`: with one, `copy()` and `dict(config)` would ask for each key by itself.

    def keys(self) -> Any:  # noqa: ANN401 - a view
        self.ledger_access.note_all()
        return super().keys()

    def values(self) -> Any:  # noqa: ANN401 - a view
        self.ledger_access.note_all()
        return super().values()

    def items(self) -> Any:  # noqa: ANN401 - a view
        self.ledger_access.note_all()
        return super().items()

    def copy(self) -> Any:  # noqa: ANN401 - a dict
        self.ledger_access.note_all()
        return super().copy()

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401
        self.ledger_access.wrote[key] = None
        super().__setitem__(key, value)

    def setdefault(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        # Whoever finds it there needs nobody to have set it.
        if not dict.__contains__(self, key):
            self.ledger_access.note(key, is_there=False)
            self.ledger_access.wrote[key] = None
        return super().setdefault(key, default)

    def update(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as a dict has it
        given = dict(*args, **kwargs)
        self.ledger_access.wrote.update(dict.fromkeys(given))
        super().update(given)

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]  # noqa: ANN401 - as a dict has it
        self.update(other)
        return self

    def __delitem__(self, key: str) -> None:
        self.ledger_access.wrote[key] = None
        super().__delitem__(key)

    def pop(self, key: str, default: Any = MISSING) -> Any:  # noqa: ANN401
        self.ledger_access.note(key, is_there=dict.__contains__(self, key))
        self.ledger_access.wrote[key] = None
        return super().pop(key) if default is MISSING else super().pop(key, default)


def watch_config(config: Any, access: Access) -> None:  # noqa: ANN401 - Flask's, or a class of its own
    """Record in ``access`` what is asked of ``config``; its class keeps its name."""
    own = type(config)
    config.ledger_access = access
    if not issubclass(own, _WatchedConfig):
        config.__class__ = _make_watched(own)  # type: ignore[arg-type]  # a class is hashable


@cache
def _make_watched(own: Any) -> Any:  # noqa: ANN401 - a class
    names = {"__module__": own.__module__, "__qualname__": own.__qualname__}
    return type(own.__name__, (_WatchedConfig, own), names)


def stop_watching(config: Any) -> None:  # noqa: ANN401 - as above
    """Give the config its own class back."""
    if isinstance(config, _WatchedConfig):
        config.__class__ = type(config).__mro__[2]
        del config.ledger_access


class _WatchedExtensions(dict):  # type: ignore[type-arg]  # as Flask has it
    """Takes the place of `app.extensions`, which is a plain dict, and records who looks up what."""

    access: Access

    def _note(self, key: object) -> None:
        if isinstance(key, str) and dict.__contains__(self, key):
            self.access.asked[key] = None

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - a key, an extension
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401
        self._note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)


def watch_extensions(app: Any, access: Access) -> None:  # noqa: ANN401 - a Flask
    """Record in ``access`` what is looked up in ``app.extensions``, which nobody has kept yet."""
    watched = _WatchedExtensions(app.extensions)
    watched.access = access
    app.extensions = watched
