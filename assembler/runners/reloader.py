"""Watch over a process that serves, and start it anew after each edit. Assembles nothing itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Collector, Place, ProfileError
from assembler.document.nodes import MappingNode, ScalarNode
from assembler.language.composition import compose_profile
from assembler.language.flags import parse_flag
from assembler.language.interpolation import interpolate
from assembler.runners.loading import load_serving
from assembler.runners.sockets import close_sockets, open_sockets
from assembler.serving.bind import parse_bind

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from assembler.runners.loading import Overrides
    from assembler.serving.bind import Bind

__all__ = ["STATUS_RESTART", "is_reloader_wanted", "supervise"]

# Not Werkzeug's 3: that is gunicorn's word for a worker that cannot boot. BSD's EX_TEMPFAIL.
STATUS_RESTART = 75
STATUS_INTERRUPTED = 130
DEFAULT_BIND = "127.0.0.1:5000"  # until the profile can be read and says another


def is_reloader_wanted(profile: str, overrides: Overrides) -> bool:
    """Tell whether a reloader is to run, as far as a profile that is wrong still shows."""
    composed = compose_profile(Path(profile), Collector())
    server = None if composed is None else composed.root.get("server")
    use = server.get("use") if isinstance(server, MappingNode) else None
    if isinstance(use, ScalarNode) and use.text != "werkzeug":
        return False
    if overrides.use_reloader is not None:
        return overrides.use_reloader
    if overrides.debug is not None:
        return overrides.debug
    root = None if composed is None else interpolate(composed.root, os.environ, Collector())
    written = None if root is None else root.get("debug")
    text = written.text if isinstance(written, ScalarNode) else os.environ.get("FLASK_DEBUG", "")
    try:
        return parse_flag(text)
    except ValueError:
        return False


def supervise(profile: str, overrides: Overrides) -> int:
    """Keep a process that serves ``profile`` until told to end; give its last exit status.

    The addresses stay bound between two of them, so no request is refused meanwhile.

    Raises:
        ProfileError: where an address cannot be bound to.
    """
    supervisor = _Supervisor(profile, overrides)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.end)
    try:
        while True:
            status = supervisor.run_once()
            if supervisor.told or status != STATUS_RESTART:
                break
    finally:
        close_sockets(supervisor.sockets)
    if signal.SIGINT in supervisor.told:
        return STATUS_INTERRUPTED
    return status if status >= 0 else 128 - status  # as a shell says that a signal ended it


class _Supervisor:
    """The process that serves, its sockets, and the signals that came for it."""

    def __init__(self, profile: str, overrides: Overrides) -> None:
        self.sockets: list[tuple[Bind, socket.socket]] = []
        self.told: list[int] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._profile = profile
        self._overrides = overrides

    def run_once(self) -> int:
        """Start the process that serves, and give its exit status."""
        self._bind()
        fds = [listener.fileno() for _, listener in self.sockets]
        task = {"profile": self._profile, "overrides": asdict(self._overrides), "fds": fds}
        # The flags of this interpreter, such as -W and -X, are to hold there too.
        flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001 - as multiprocessing does
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, *flags, "-m", "assembler.runners.reloader_child", json.dumps(task)],
            pass_fds=fds,
            # What libraries look at to tell the process that serves from the one that watches.
            env={**os.environ, "WERKZEUG_RUN_MAIN": "true"},
        )
        if self.told:
            self._child.terminate()
        return self._child.wait()

    def end(self, number: int, _frame: FrameType | None) -> None:
        """Pass a signal on; the second one does not wait for requests."""
        self.told.append(number)
        if self._child is not None and self._child.returncode is None:
            # Ctrl-C reached it already, as the terminal sends it to both.
            self._child.terminate()

    def _bind(self) -> None:
        """Listen where the profile says now; one that cannot be read changes nothing."""
        try:
            binds = load_serving(self._profile, self._overrides).binds
        except ProfileError:  # the other process says what is wrong
            if self.sockets:
                return
            given = self._overrides.binds or (DEFAULT_BIND,)
            binds = tuple(parse_bind(text, Place("--bind"), Path.cwd()) for text in given)
        if [str(bind) for bind in binds] != [str(bind) for bind, _ in self.sockets]:
            close_sockets(self.sockets)
            self.sockets = list(zip(binds, open_sockets(binds), strict=True))
