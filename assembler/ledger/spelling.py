"""Put what was seen into words: effects of steps, and the parts of the finished app."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from assembler.ledger.app_kinds import APP_KINDS
from assembler.ledger.look import KINDS, leave_out_process, take_look
from assembler.ledger.naming import Namer
from assembler.ledger.values import Effect, Part
from assembler.ledger.wsgi_chain import find_mounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.ledger.form import Kind
    from assembler.ledger.listening import Recorded
    from assembler.ledger.look import Changed, Look
    from assembler.secrets.fingerprints import Fingerprints

__all__ = ["Speller", "list_parts"]


class Speller:
    """Spells effects and parts of one app."""

    def __init__(self, app: Any, fingerprints: Fingerprints) -> None:  # noqa: ANN401 - a Flask
        """Keep what has a name of its own."""
        known = {} if app is None else {id(app): "the app", id(app.config): "the config"}
        self._app = app
        self._fingerprints = fingerprints
        self._spelled: dict[tuple[str, Any, int], str] = {}
        self._namer = Namer(known, fingerprints.hide)

    def learn(self, changes: Iterable[Changed], look: Look) -> None:
        """Put everything into words once, so that it is masked at once."""
        for kind, key, change, before, after in changes:
            if change != "added":
                self._spell(kind, key, before)
            if change != "removed":
                self._spell(kind, key, after)
        for kind, key, one in _iter_parts(look):
            self._spell(kind, key, one)
        self._fingerprints.learn(list({*self._spelled.values()}))

    def spell_effects(
        self, changes: Iterable[Changed], recorded: Iterable[Recorded]
    ) -> Iterator[Effect]:
        """Yield the effects of one step; what came and looks just as what went is none."""
        for kind, key, change, before, after in changes:
            shown = kind.show_key(key, before if change == "removed" else after)
            new = None if change == "removed" else self._spell(kind, key, after)
            old = self._spell(kind, key, before) if change in {"changed", "removed"} else None
            is_bare = change == "added" and (kind.name, shown, new) in _list_bare()
            if is_bare or old == new:
                continue
            detail = new if new is not None else old or ""
            was = self._fingerprints.show(old) if change == "changed" and old else None
            yield Effect(kind.name, shown, change, self._fingerprints.show(detail), was)
        for one in recorded:
            yield Effect(one.kind, one.key, "added", self._fingerprints.show(one.detail))

    def spell_parts(self, look: Look, recorded: Iterable[Recorded]) -> Iterator[Part]:
        """Yield what an app is made of; the parts of one key in their order.

        Those of an app that is mounted have its path before their keys.
        """
        yield from self._spell_look(look, "")
        for path, app in _iter_mounted(look, self._app):
            inner = Speller(app, self._fingerprints)
            yield from inner._spell_look(leave_out_process(take_look(app)), f"{path}: ")
        for entry in recorded:
            if entry.is_lasting:
                yield self._build_part(entry.kind, entry.key, entry.detail)

    def _spell_look(self, look: Look, before: str) -> Iterator[Part]:
        for kind, key, one in _iter_parts(look):
            shown = f"{before}{kind.show_key(key, one)}"
            yield self._build_part(kind.name, shown, self._spell(kind, key, one))

    def _build_part(self, kind: str, key: str, detail: str) -> Part:
        show, digest = self._fingerprints.show, self._fingerprints.digest
        return Part(kind, key, show(detail), digest(detail))

    def _spell(self, kind: Kind, key: Any, value: Any) -> str:  # noqa: ANN401 - whatever was seen
        seen = kind.name, key, id(value)  # whoever asks holds the value
        said = self._spelled.get(seen)
        if said is None:
            said = self._spelled[seen] = kind.show(self._namer, key, value)
        return said


def list_parts(app: Any, fingerprints: Fingerprints) -> tuple[Part, ...]:  # noqa: ANN401 - a Flask
    """Return what a finished app is made of, but for receivers, which nobody has listened to."""
    return tuple(Speller(app, fingerprints).spell_parts(take_look(app), ()))


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
