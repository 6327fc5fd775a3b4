"""Open the sockets of a new generation, beside those that it shares with the old one."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gunicorn import sock
from gunicorn.util import is_ipv6

from assembler.diagnostics.diagnostic import ProfileError
from assembler.runners.sockets import build_bind_fault, remove_stale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.runners.gunicorn_application import Application
    from assembler.runners.master import Master

__all__ = ["close_listeners", "listen", "open_listeners"]


def open_listeners(master: Master, application: Application) -> list[Any]:
    """Return a socket for each address of a new generation.

    One of a new address is bound but does not listen yet: nobody waits there for a boot.

    Raises:
        ProfileError: if an address cannot be bound to; then none stays open.
    """
    old = master.current.listeners
    if master.systemd or application.cfg.reuse_port:
        return old  # given from outside; opened by each worker itself
    known = {one.cfg_addr: one for one in old}
    opened: list[Any] = []
    found: list[Any] = []
    for bind, address in zip(application.serving.addresses, application.cfg.address, strict=True):
        listener = known.get(address)
        try:
            if listener is None:
                if bind.path is not None:
                    remove_stale(bind.path)
                listener = _bind(address, application.cfg, master.log)
            opened.append(listener)
        except OSError as error:
            found.append(build_bind_fault(bind, error))
    if found:
        close_listeners([one for one in opened if one not in old])
        raise ProfileError(found)
    return opened


def _bind(address: Any, cfg: Any, log: Any) -> Any:  # noqa: ANN401 - gunicorn's
    """Make gunicorn's socket, without listening."""
    kind: type[Any] = sock.UnixSocket
    if isinstance(address, tuple):
        kind = sock.TCP6Socket if is_ipv6(address[0]) else sock.TCPSocket
    is_listening = {"_is_listening": staticmethod(lambda _: True)}
    return type(kind.__name__, (kind,), is_listening)(address, cfg, log)


def listen(listeners: Iterable[Any]) -> None:
    """Listen on those that do not yet."""
    for listener in listeners:
        listener.sock.listen(listener.conf.backlog)


def close_listeners(listeners: Iterable[Any]) -> None:
    """Close sockets, and remove the files of Unix sockets."""
    for listener in listeners:
        address = listener.cfg_addr
        listener.close()
        if isinstance(address, str) and not address.startswith("\0"):
            with suppress(OSError):
                os.unlink(address)  # noqa: PTH108 - a string, as gunicorn has it
