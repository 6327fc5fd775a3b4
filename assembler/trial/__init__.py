"""Try whether a profile's app can be assembled, in a process of its own; for `lint --deep`."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Carry out the request on standard input, in a process of its own, and end it."""
    from assembler.trial.child import carry_out  # noqa: PLC0415 - only there

    carry_out()
