"""Register an error handler, by status code or by class of exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import ScalarNode, SequenceNode
from assembler.references.reference import is_catalog_name
from assembler.steps.adapters.form import Adapter, RequiredOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.document.nodes import MappingNode
    from assembler.steps.adapters.form import Attachment

__all__ = ["ADAPTER", "CODES"]

# Those of `werkzeug.exceptions.default_exceptions` in 3.1; the linter does not load it.
CODES = frozenset(
    {*range(400, 402), *range(403, 407), *range(408, 419), *range(421, 425), 428, 429, 431, 451}
    | {*range(500, 506)}
)


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
            given = attachment.host.resolve(given)
        except StepFault as fault:
            fault.option = option
            raise
    if isinstance(given, int) and given in default_exceptions:
        return given
    if isinstance(given, type) and issubclass(given, Exception):
        return given
    raise _build_fault(option)


def find_error_faults(options: MappingNode) -> Iterator[StepFault]:
    """Yield each literal of ``for`` that is no HTTP error's status code and names no class."""
    given = options.get("for")
    several = isinstance(given, SequenceNode)
    for index, one in enumerate(given.items if isinstance(given, SequenceNode) else [given]):
        if not isinstance(one, ScalarNode) or one.is_interpolated or one.value is None:
            continue
        is_name = isinstance(one.value, str) and not is_catalog_name(one.text)
        is_code = one.plain and one.text.isdecimal() and one.value in CODES
        if not is_name and not is_code:
            yield _build_fault(("for", index) if several else ("for",), one.text)


def _build_fault(option: tuple[str | int, ...], text: str | None = None) -> StepFault:
    is_quoted = text is not None and text in map(str, CODES)
    return StepFault(
        "an error handler is for an HTTP error's status code or a class of exception",
        hint=f"Write {text}, without quotes."
        if is_quoted
        else "Write a code such as 404, or `module:Error`.",
        option=option,
        code=codes.WRONG_OPTION,
    )


ADAPTER = Adapter(
    name="error_handler",
    summary="Register an error handler, by status code or by class of exception.",
    attach=attach_error_handler,
    options=("for",),
    required=RequiredOption(
        "for", (int, str, list, type), "a status code, an exception, or a list"
    ),
    find_faults=find_error_faults,
    names_code=("for",),
)
