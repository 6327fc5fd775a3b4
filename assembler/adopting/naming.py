"""Name the arguments of a call, as `with` needs them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from assembler.adopting.sayings import CannotSayError, Made, Named, Value
from assembler.modules.signatures import find_signature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assembler.adopting.reading import Reading

__all__ = ["find_parameters", "name_arguments", "name_made"]

Parameters = tuple[tuple[str, int], ...]


def name_arguments(
    reading: Reading,
    parameters: Parameters | None,
    args: Sequence[Value],
    options: Mapping[str, Value],
) -> dict[str, Any]:
    """Return the arguments by their names, as plain data.

    Args:
        reading: Where the call is.
        parameters: Those that the arguments are for; ``None``: not known.
        args: The positional arguments.
        options: The keyword arguments.

    Raises:
        CannotSayError: if one has no name, or cannot be said.
    """
    said: dict[str, Any] = {}
    left = list(args)
    for name, kind in parameters or ():
        if not left:
            break
        if kind == inspect.Parameter.VAR_POSITIONAL:
            said[name] = [reading.say(one) for one in left]
            left = []
        elif kind in {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}:
            said[name] = reading.say(left.pop(0))
    if left:
        raise CannotSayError("the names of its positional arguments are not known")
    return said | {name: reading.say(one) for name, one in options.items()}


def find_parameters(
    reading: Reading, called: Named, text: str = "", line: int = 0, skipped: int = 0
) -> Parameters | None:
    """Return what a call takes, by its source, else as the run has it; the first are left out."""
    signature = find_signature(reading.names.index.objects, called.target)
    if signature is not None:
        found: Parameters | None = tuple((n, int(p.kind)) for n, p in signature.parameters.items())
    else:
        found = reading.find_parameters(text, line) or _read_standard(called)
    return None if found is None else found[skipped:]


def name_made(reading: Reading, made: Made) -> dict[str, Any]:
    """Return the arguments of a call that made something, by their names."""
    parameters = None
    if made.args:
        parameters = find_parameters(reading, made.called, made.text, made.line)
    return name_arguments(reading, parameters, made.args, made.options)


def _read_standard(called: Named) -> Parameters | None:
    """Return the parameters of something of Python's own, which is here too."""
    if called.module not in {"builtins", "os", "logging"}:
        return None
    import importlib  # noqa: PLC0415 - only for those

    found: object = importlib.import_module(called.module)
    for name in called.path.split("."):
        found = getattr(found, name, None)
    try:
        parameters = inspect.signature(found).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return tuple((name, int(one.kind)) for name, one in parameters.items())
