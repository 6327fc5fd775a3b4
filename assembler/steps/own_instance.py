"""Take the instance of an extension that the project has made, or make one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from assembler.diagnostics.faults import StepFault

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["get_instance"]

Kind = TypeVar("Kind")


def get_instance(
    given: object, kind: type[Kind], option: str, *, make: Callable[[], Kind] | None = None
) -> Kind:
    """Return what a step's option names, or a new object where it is not set.

    Args:
        given: The value of the option.
        kind: What it must be an instance of.
        option: The option's name.
        make: Makes a new one; default: ``kind`` itself, without arguments.

    Raises:
        StepFault: if it is something else.
    """
    if given is None:
        return (make or kind)()
    if isinstance(given, kind):
        return given
    name = f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
    message = f"expected an instance of {name}, got {type(given).__name__}"
    hint = f"Name the object that your modules use, as `{{$import: module:{option}}}`."
    raise StepFault(message, hint=hint, option=(option,))
