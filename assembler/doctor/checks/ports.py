"""Open each address of the server, and close it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import ProfileError
from assembler.doctor.form import Check, Finding, Verdict, find_in_diagnostics
from assembler.runners.sockets import close_sockets, open_sockets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]


def examine_ports(examined: Examined) -> Iterator[Finding]:
    """Try one address after the other."""
    assert examined.serving is not None
    for bind in examined.serving.addresses:
        try:
            close_sockets(open_sockets([bind]))
        except ProfileError as error:
            yield from find_in_diagnostics(error.diagnostics)
        else:
            yield Finding(Verdict.OK, f"{bind} is free")


CHECK = Check(examine_ports, needs="serving")
