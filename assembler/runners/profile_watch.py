"""Notice when a profile, or a file that it reads, has changed, by looking now and then.

No thread and no library that starts one: the process that looks also forks.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from assembler.document.nodes import MappingNode, ScalarNode, iter_nodes
from assembler.language.environment import find_env_files
from assembler.runners.watching import find_profile_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assembler.planning.loading import Loaded
    from assembler.runners.loading import Serving

    State = tuple[int, int, int] | None  # of a file; None: there is none

__all__ = ["INTERVAL_SECONDS", "ProfileWatch", "build_watch"]

INTERVAL_SECONDS = 0.5


class ProfileWatch:
    """What the files of one profile looked like; links are followed, as Kubernetes swaps them."""

    def __init__(self, loaded: Loaded) -> None:
        """Look at them for the first time, right after they have been read."""
        self._files = sorted({str(file) for file in _iter_files(loaded)})
        self._next = 0.0
        self.note()

    def note(self) -> None:
        """Look at them anew: what they are now is about to be read."""
        self._seen = self._look()
        self._changing: dict[str, State] | None = None

    def has_changed(self) -> bool:
        """Return whether they have changed, and then stayed the same for an interval.

        A file that is written in pieces counts once, when it is whole.
        """
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + INTERVAL_SECONDS
        state = self._look()
        if state == self._seen:
            self._changing = None
        elif state != self._changing:
            self._changing = state
        else:
            self._seen, self._changing = state, None
            return True
        return False

    def _look(self) -> dict[str, State]:
        return {file: _find_state(file) for file in self._files}


def build_watch(serving: Serving) -> ProfileWatch | None:
    """Return what notices edits, if that is asked for."""
    return ProfileWatch(serving.loaded) if serving.is_watched else None


def _find_state(file: str) -> State:
    try:
        found = os.stat(file)  # noqa: PTH116 - twice as fast, and asked again and again
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _iter_files(loaded: Loaded) -> Iterator[Path]:
    profile = loaded.plan.profile
    yield from find_profile_files(loaded)
    yield from find_env_files()
    for node in iter_nodes(profile.node):
        named = node.get("$file") if isinstance(node, MappingNode) else None
        if isinstance(named, ScalarNode):
            yield profile.get_folder(named) / named.text
