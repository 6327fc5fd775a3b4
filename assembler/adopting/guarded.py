"""Record one app as the ledger does, in a process that cannot change anything."""

from __future__ import annotations

from assembler.adopting.scratch import prepare_process

__all__ = ["main"]


def main() -> None:
    """Carry out the request on standard input, and end the process."""
    request = prepare_process()
    from assembler.ledger.child import carry_out  # noqa: PLC0415 - what it imports is watched for

    carry_out(request)
