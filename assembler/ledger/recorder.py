"""Record what each step does to an app; whoever assembles it says where a step ends."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.assembling.import_times import timing_imports
from assembler.ledger.listening import LISTENED
from assembler.ledger.look import Changed, find_changes, leave_out_app, take_look
from assembler.ledger.spelling import Speller, mask_effects, mask_parts
from assembler.ledger.values import NO_IMPORTS, Imported, Ledger, Reads, StepLedger
from assembler.ledger.watched import Access, stop_watching, watch_config, watch_extensions
from assembler.secrets.fingerprints import Fingerprints

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from assembler.ledger.listening import Recorded
    from assembler.ledger.look import Look
    from assembler.ledger.spelling import Said, SaidPart
    from assembler.ledger.values import StepPlace

__all__ = ["Done", "Recorder"]

DEAREST = 5  # modules


class Done(NamedTuple):
    """A step that is done; times in milliseconds."""

    kind: str
    name: str
    use: str = ""
    place: StepPlace | None = None
    outcome: str = "done"
    reason: str | None = None
    after: tuple[str, ...] = ()
    import_ms: float = 0.0
    run_ms: float = 0.0


@dataclass(slots=True)
class _Seen:
    """What one step did: by the objects, which are put into words at the end."""

    done: Done
    changes: list[Changed]
    access: Access
    modules: dict[str, float]
    recorded: list[Recorded]
    said: list[Said] = field(default_factory=list)


@dataclass(slots=True)
class Recorder:
    """Looks at the app after each step. Its user enters it before the first, in one thread.

    Looking takes time of its own, which is in no step: whoever times the steps does it outside.
    """

    fingerprints: Fingerprints = field(default_factory=Fingerprints)
    looking_seconds: float = 0.0
    app: Any = None
    _access: Access = field(default_factory=Access)
    _before: Look = ()
    _seen: list[_Seen] = field(default_factory=list)
    _modules: dict[str, float] = field(default_factory=dict)
    _recorded: list[Recorded] = field(default_factory=list)
    _undo: ExitStack = field(default_factory=ExitStack)
    _listened: set[str] = field(default_factory=set)
    _configs: list[Any] = field(default_factory=list)
    _parts: list[SaidPart] | None = None  # in words; ``None``: more was seen since

    def __enter__(self) -> Self:
        """Begin: what is there now is nobody's effect."""
        self._undo.enter_context(timing_imports(self._note_module))
        self._before = take_look(None)
        self._listen()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop watching: the app is as if nobody had looked, and nothing of it is held."""
        for config in self._configs:
            stop_watching(config)
        self._undo.close()
        self._before = ()
        for seen in self._seen:
            seen.changes, seen.recorded = [], []

    def take_app(self, app: Any) -> None:  # noqa: ANN401 - a Flask
        """Look at ``app`` from now on; to be called as soon as it is made."""
        self.app = app
        self._before = leave_out_app(self._before)
        self._access = Access()
        watch_config(app.config, self._access)
        self._configs.append(app.config)
        watch_extensions(app, self._access)

    def enter(self) -> None:
        """Take note that a step begins: nobody has read what was read since the last one."""
        self._access.take()

    def leave(self, done: Done) -> None:
        """Take note that a step is done: what differs since the last one is its effect."""
        started = time.perf_counter()
        self._listen()
        after = take_look(self.app, self._before)
        changes = list(find_changes(self._before, after))
        recorded = [one for one in self._recorded if one.is_there()]
        self._seen.append(_Seen(done, changes, self._access.take(), self._modules, recorded))
        self._before, self._parts = after, None
        self._modules, self._recorded = {}, []
        self.looking_seconds += time.perf_counter() - started

    def spell(self) -> None:
        """Put what was seen until now into words, which stay as they are."""
        speller = Speller(self.app, self.fingerprints.hide)
        for seen in self._seen:
            seen.said = [*speller.spell_effects(seen.changes, seen.recorded)]
        recorded = [one for seen in self._seen for one in seen.recorded if one.is_there()]
        self._parts = [*speller.spell_parts(self._before, recorded)]

    def finish(self, source: str) -> Ledger:
        """Return the ledger, with what the fingerprints know by now masked."""
        if self._parts is None:
            self.spell()
        parts, fingerprints = self._parts or [], self.fingerprints
        said = chain.from_iterable(one[3:] for seen in self._seen for one in seen.said)
        texts = dict.fromkeys(chain(said, (one[2] for one in parts)))
        fingerprints.learn([text for text in texts if text is not None])
        return Ledger(
            source=source,
            steps=tuple([_build_step(seen, fingerprints) for seen in self._seen]),
            parts=mask_parts(parts, fingerprints),
            keyed=fingerprints.keyed,
        )

    def _note_module(self, name: str, seconds: float) -> None:
        self._modules[name] = self._modules.get(name, 0.0) + seconds
        if name in LISTENED:
            self._listen()

    def _listen(self) -> None:
        """Record what can only be seen as it happens, of the libraries that are loaded by now."""
        for name, listen in LISTENED.items():
            if name in sys.modules and name not in self._listened:
                self._listened.add(name)
                self._undo.callback(listen(self._recorded_now))

    def _recorded_now(self, recorded: Recorded) -> None:
        self._recorded.append(recorded)


def _build_step(seen: _Seen, fingerprints: Fingerprints) -> StepLedger:
    access = seen.access
    return StepLedger(
        **seen.done._asdict(),
        effects=mask_effects(seen.said, fingerprints),
        reads=Reads(tuple(access.found), tuple(access.absent), access.is_all),
        wrote=tuple(access.wrote),
        asked=tuple(access.asked),
        imported=_sum_up(seen.modules) if seen.modules else NO_IMPORTS,
    )


def _sum_up(modules: dict[str, float]) -> Imported:
    dearest = sorted(modules.items(), key=lambda one: -one[1])[:DEAREST]
    ms = sum(modules.values()) * 1000
    return Imported(len(modules), ms, tuple((name, own * 1000) for name, own in dearest))
