"""Define faults of a step, before they have a place."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Code, Related

__all__ = ["StepFault", "at_option", "of_config", "raise_faults"]


class StepFault(Exception):
    """A fault that the author of a profile can fix in a step.

    The assembler turns it into a diagnostic at ``option``, a key path inside the step's ``with``
    (empty: the step itself), with ``code`` or else the stage's own. With ``config``, a key path
    inside the app's config, it is at what set that key.
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
        self.config: tuple[str, ...] = ()


@contextmanager
def at_option(*option: str | int) -> Iterator[None]:
    """Place a fault of the body at an option, unless it names one itself."""
    try:
        yield
    except StepFault as fault:
        fault.option = fault.option or option
        raise


@contextmanager
def of_config(*keys: str) -> Iterator[None]:
    """Place a fault of the body at what set a config value, unless it names an option."""
    try:
        yield
    except StepFault as fault:
        fault.config = () if fault.option else keys
        raise


def raise_faults(faults: Iterable[StepFault]) -> None:
    """Raise all of ``faults`` as one; do nothing if there are none.

    Raises:
        StepFault: the first, with the others as its ``more``.
    """
    said = list(faults)
    if said:
        said[0].more = tuple(said[1:])
        raise said[0]
