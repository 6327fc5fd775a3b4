"""Hand out errors that hold no secret, whoever prints them."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.faults import StepFault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["MaskedCause", "build_masked_error"]


class MaskedCause(Exception):
    """The traceback of what other code raised, as a string in which secrets are masked.

    The exception itself would show them: in its text, its attributes, and the variables of its
    frames.
    """


def build_masked_error(
    error: ProfileError, diagnostics: Sequence[Diagnostic], scrub: Callable[[str], str]
) -> ProfileError:
    """Return an error with ``diagnostics``, and the masked cause of ``error`` for its own.

    Raise it where ``error`` is not being handled, or Python adds that as its context.
    """
    masked = ProfileError(list(diagnostics))
    cause = _find_foreign_cause(error)
    if cause is not None:
        lines = "".join(traceback.format_exception(cause)).splitlines()
        masked.__cause__ = MaskedCause("\n".join(["", *map(scrub, lines)]))
    return masked


def _find_foreign_cause(error: BaseException) -> BaseException | None:
    """Return the first cause that is not only another form of a diagnostic."""
    cause: BaseException | None = error
    while isinstance(cause, (ProfileError, StepFault)):
        cause = cause.__cause__
    return cause
