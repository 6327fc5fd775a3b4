"""Supervise a process that serves, and restart it after each edit. Assembles nothing itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Collector, ProfileError
from assembler.document.nodes import MappingNode, ScalarNode
from assembler.language.composition import compose_profile
from assembler.language.environment import build_child_environment, load_env_files
from assembler.language.flags import parse_flag
from assembler.language.interpolation import interpolate
from assembler.rendering.console import write_diagnostics
from assembler.runners.boot import STATUS_INTERRUPTED
from assembler.runners.loading import load_serving
from assembler.runners.sockets import close_sockets, open_sockets
from assembler.serving.bind import parse_bind_options, parse_written_binds

if TYPE_CHECKING:
    from types import FrameType

    from assembler.runners.loading import Overrides
    from assembler.runners.sockets import OpenSocket
    from assembler.serving.bind import Bind

__all__ = ["STATUS_RESTART", "is_reloader_wanted", "supervise"]

# Not Werkzeug's 3, with which a worker of gunicorn's says that it cannot boot. BSD's EX_TEMPFAIL.
STATUS_RESTART = 75
# Not with `-m`: the report finds the runner by the names of the modules on the stack.
CHILD = "import sys; from assembler.runners.reloader_child import main; sys.exit(main())"
DEFAULT_BIND = "127.0.0.1:5000"  # until the profile can be read and says another


def is_reloader_wanted(profile: str, overrides: Overrides) -> bool:
    """Return whether to run a reloader, as far as a broken profile still shows."""
    composed = compose_profile(Path(profile), Collector())
    root = None if composed is None else interpolate(composed.root, os.environ, Collector())
    server = None if root is None else _get_server(root)
    use = None if server is None else server.get("use")
    if isinstance(use, ScalarNode) and use.text != "werkzeug":
        return False
    for given in (overrides.use_reloader, overrides.debug):
        if given is not None:
            return given
    debug = None if root is None else root.get("debug")
    text = debug.text if isinstance(debug, ScalarNode) else os.environ.get("FLASK_DEBUG", "")
    try:
        return parse_flag(text)
    except ValueError:
        return False


def supervise(profile: str, overrides: Overrides) -> int:
    """Keep a process that serves ``profile`` until a signal; return its last exit status.

    The addresses stay bound between two such processes, so no request is refused meanwhile.

    Raises:
        ProfileError: if an address cannot be bound to.
    """
    signals: list[int] = []
    child: subprocess.Popen[bytes] | None = None
    sockets: list[OpenSocket] = []

    def end(number: int, _frame: FrameType | None) -> None:
        """Pass a signal on; the second one does not wait for requests."""
        signals.append(number)
        if child is not None and child.returncode is None:
            # Ctrl-C has reached it already: the terminal sends it to both.
            child.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        status = STATUS_RESTART
        while status == STATUS_RESTART and not signals:
            sockets = _rebind(sockets, profile, overrides)
            child = _start(profile, overrides, sockets)
            if signals:
                child.terminate()
            status = child.wait()
    finally:
        close_sockets(sockets)
    if signal.SIGINT in signals:
        return STATUS_INTERRUPTED
    return status if status >= 0 else 128 - status  # as a shell reports a signal


def _rebind(sockets: list[OpenSocket], profile: str, overrides: Overrides) -> list[OpenSocket]:
    """Listen where the profile says now; a broken one changes nothing."""
    fault = None
    try:
        if sockets:  # an edit; at the start the command has read them
            load_env_files()
        binds = load_serving(profile, overrides).binds
    except ProfileError as error:  # the process that serves reports it
        if sockets:
            return sockets
        fault, binds = error, _find_binds(profile, overrides)
    if [str(bind) for bind in binds] == [str(bind) for bind, _ in sockets]:
        return sockets
    close_sockets(sockets)
    try:
        return open_sockets(binds)
    except ProfileError:
        if fault is not None:  # there will be no process that reports it
            write_diagnostics(fault.diagnostics)
        raise


def _find_binds(profile: str, overrides: Overrides) -> tuple[Bind, ...]:
    """Return where to show what is wrong: on this machine only, if debug was not allowed beyond."""
    if overrides.binds:
        return parse_bind_options(overrides.binds)
    composed = compose_profile(Path(profile), Collector(), path=profile)
    binds: list[Bind] = []
    if composed is not None:
        server = _get_server(interpolate(composed.root, os.environ, Collector()))
        written = None if server is None else server.get("bind")
        if written is not None:
            binds = parse_written_binds(written, Collector(), composed.get_folder)
    if not overrides.unsafe_debug:
        binds = [bind for bind in binds if bind.is_loopback]
    return tuple(binds) or parse_bind_options((DEFAULT_BIND,))


def _get_server(root: MappingNode) -> MappingNode | None:
    server = root.get("server")
    return server if isinstance(server, MappingNode) else None


def _start(
    profile: str, overrides: Overrides, sockets: list[OpenSocket]
) -> subprocess.Popen[bytes]:
    fds = [listener.fileno() for _, listener in sockets]
    task = {"profile": profile, "overrides": asdict(overrides), "fds": fds}
    # Flags of this interpreter, such as -W and -X, apply there too.
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001 - as multiprocessing does
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, *flags, "-c", CHILD, json.dumps(task)],
        pass_fds=fds,
        # Libraries look at it to tell the process that serves from its supervisor.
        env={**build_child_environment(), "WERKZEUG_RUN_MAIN": "true"},
    )
