"""Record what an app is made of, and which step made it so."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Carry out the request on standard input, in a process of its own, and end it."""
    from assembler.ledger.child import carry_out  # noqa: PLC0415 - only there

    carry_out()
