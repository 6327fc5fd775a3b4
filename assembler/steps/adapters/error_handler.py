"""Register an error handler, by status code or by class of exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.adapters.form import Adapter, RequiredOption

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER"]


def attach_error_handler(attachment: Attachment) -> object:
    """Call ``app.register_error_handler(what, it)`` for each of ``for``."""
    given = attachment.options["for"]
    several = isinstance(given, list)
    for index, one in enumerate(given if several else [given]):
        option = ("for", index) if several else ("for",)
        error = _get_error(attachment, one, option)
        attachment.app.register_error_handler(error, attachment.target)
    return attachment.target


def _get_error(
    attachment: Attachment, given: object, option: tuple[str | int, ...]
) -> int | type[Exception]:
    from werkzeug.exceptions import default_exceptions

    if isinstance(given, str):
        try:
            given = attachment.resolve(given)
        except StepFault as fault:
            fault.option = option
            raise
    if isinstance(given, int) and given in default_exceptions:
        return given
    if isinstance(given, type) and issubclass(given, Exception):
        return given
    raise StepFault(
        "an error handler is for an HTTP error's status code or a class of exception",
        hint="Write a code such as 404, or `module:Error`.",
        option=option,
        code=codes.WRONG_OPTION,
    )


ADAPTER = Adapter(
    name="error_handler",
    attach=attach_error_handler,
    options=("for",),
    required=RequiredOption(
        "for", (int, str, list, type), "a status code, an exception, or a list"
    ),
    names_code=("for",),
)
