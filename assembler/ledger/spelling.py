"""Put what was seen into words: effects of steps, and the parts of the finished app."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from assembler.ledger.app_kinds import APP_KINDS
from assembler.ledger.look import KINDS, leave_out_process, take_look
from assembler.ledger.naming import Namer
from assembler.ledger.stand_ins import name_stand_ins
from assembler.ledger.values import Effect, Part
from assembler.ledger.wsgi_chain import find_mounted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assembler.ledger.form import Kind
    from assembler.ledger.listening import Recorded
    from assembler.ledger.look import Changed, Look
    from assembler.ledger.values import Change
    from assembler.secrets.fingerprints import Fingerprints

# As `Effect` and `Part` have it, but only what is under a secret's key is hidden.
Said = tuple[str, str, "Change", str, str | None]
SaidPart = tuple[str, str, str]

__all__ = ["Speller", "list_parts", "mask_effects", "mask_parts"]


class Speller:
    """Puts effects and parts of one app into words, which do not change when it does."""

    def __init__(self, app: Any, hide: Callable[[str], str]) -> None:  # noqa: ANN401 - a Flask
        """Keep what has a name of its own, and what stands in place of a secret."""
        known = name_stand_ins()
        if app is not None:
            known |= {id(app): "the app", id(app.config): "the config"}
        self._app = app
        self._hide = hide
        self._spelled: dict[tuple[str, Any, int], str] = {}
        self._namer = Namer(known, hide)

    def spell_effects(
        self, changes: Iterable[Changed], recorded: Iterable[Recorded]
    ) -> Iterator[Said]:
        """Yield the effects of one step; what came and looks just as what went is none."""
        for kind, key, change, before, after in changes:
            shown = kind.show_key(key, before if change == "removed" else after)
            new = None if change == "removed" else self._spell(kind, key, after)
            old = self._spell(kind, key, before) if change in {"changed", "removed"} else None
            is_bare = change == "added" and (kind.name, shown, new) in _list_bare()
            if is_bare or old == new:
                continue
            detail = new if new is not None else old or ""
            yield kind.name, shown, change, detail, old if change == "changed" and old else None
        for one in recorded:
            yield one.kind, one.key, "added", one.detail, None

    def spell_parts(self, look: Look, recorded: Iterable[Recorded]) -> Iterator[SaidPart]:
        """Yield what an app is made of; the parts of one key in their order.

        Those of an app that is mounted have its path before their keys.
        """
        yield from self._spell_look(look, "")
        for path, app in _iter_mounted(look, self._app):
            inner = Speller(app, self._hide)
            yield from inner._spell_look(leave_out_process(take_look(app)), f"{path}: ")
        for one in recorded:
            if one.is_lasting:
                yield one.kind, one.key, one.detail

    def _spell_look(self, look: Look, before: str) -> Iterator[SaidPart]:
        for kind, key, one in _iter_parts(look):
            yield kind.name, f"{before}{kind.show_key(key, one)}", self._spell(kind, key, one)

    def _spell(self, kind: Kind, key: Any, value: Any) -> str:  # noqa: ANN401 - whatever was seen
        seen = kind.name, key, id(value)  # whoever asks holds the value
        said = self._spelled.get(seen)
        if said is None:
            said = self._spelled[seen] = kind.show(self._namer, key, value)
        return said


def mask_effects(said: Iterable[Said], fingerprints: Fingerprints) -> tuple[Effect, ...]:
    """Return the effects of a step for people."""
    show = fingerprints.show
    return tuple(
        [
            Effect(kind, key, change, show(detail), None if was is None else show(was))
            for kind, key, change, detail, was in said
        ]
    )


def mask_parts(said: Iterable[SaidPart], fingerprints: Fingerprints) -> tuple[Part, ...]:
    """Return what an app is made of for people, and to be compared."""
    show, digest = fingerprints.show, fingerprints.digest
    return tuple([Part(kind, key, show(detail), digest(detail)) for kind, key, detail in said])


def list_parts(app: Any, fingerprints: Fingerprints) -> tuple[Part, ...]:  # noqa: ANN401 - a Flask
    """Return what a finished app is made of, but for receivers, which nobody has listened to."""
    said = Speller(app, fingerprints.hide).spell_parts(take_look(app), ())
    return mask_parts(said, fingerprints)


def _iter_parts(look: Look) -> Iterator[tuple[Kind, Any, Any]]:
    """Yield each thing with its kind and key, but for what is the library's own."""
    for kind, seen in zip(KINDS, look, strict=True):
        if kind.is_lasting:
            unfolded = seen if kind.unfold is None else kind.unfold(seen)
            for key, value in unfolded.items():
                for one in value if kind.is_ordered else (value,):
                    if kind.skips is None or not kind.skips(key, one):
                        yield kind, key, one


def _iter_mounted(look: Look, app: object) -> Iterator[tuple[str, Any]]:
    for kind, seen in zip(KINDS, look, strict=True):
        if kind.name == "wsgi":
            for wrapper in chain.from_iterable(seen.values()):
                yield from find_mounted(wrapper, app).items()


@cache
def _list_bare() -> frozenset[tuple[str, str, str]]:
    """Return what every app is made of: kinds, keys and details."""
    from flask import Flask  # noqa: PLC0415 - it is loaded by now, where there is an app

    app = Flask("flask", static_folder=None)
    namer = Namer({id(app): "the app", id(app.config): "the config"})
    return frozenset(
        (kind.name, kind.show_key(key, one), kind.show(namer, key, one))
        for kind in APP_KINDS
        for key, value in kind.take(app).items()
        for one in (value if kind.is_ordered else (value,))
        if kind.skips is None or not kind.skips(key, one)
    )
