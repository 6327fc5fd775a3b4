"""Define faults of a step, before they have a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Code, Related

__all__ = ["StepFault", "raise_faults"]


class StepFault(Exception):
    """A fault that the author of a profile can fix in a step.

    The assembler turns it into a diagnostic at ``option``, a key path inside the step's ``with``
    (empty: the step itself), with ``code`` or else the stage's own.
    """

    def __init__(  # noqa: PLR0913 - facts of one fault, all but the first by name
        self,
        message: str,
        *,
        hint: str | None = None,
        option: tuple[str | int, ...] = (),
        code: Code | None = None,
        more: tuple[StepFault, ...] = (),
        related: tuple[Related, ...] = (),
    ) -> None:
        """Store the facts; ``more`` are further faults of the same step."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.option = option
        self.code = code
        self.more = more
        self.related = related


def raise_faults(faults: Iterable[StepFault]) -> None:
    """Raise all of ``faults`` as one; do nothing if there are none.

    Raises:
        StepFault: the first, with the others as its ``more``.
    """
    said = list(faults)
    if said:
        said[0].more = tuple(said[1:])
        raise said[0]
