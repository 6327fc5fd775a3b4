"""Check options against the signature of what they are for, before it is called."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.excerpt import shorten
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.secrets.known import is_secret_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "call_checked",
    "check_arguments",
    "check_signature",
    "find_type_faults",
    "place_arguments",
]

# By an annotation that takes no string: what to write.
HINTS = {
    "bool": "Write true or false, without quotes.",
    "float": "Write a number.",
    "int": "Write a number.",
}
BOOLEAN_WORDS = frozenset({"yes", "no", "on", "off"})
ONLY_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL)
POSITIONAL = (*ONLY_POSITIONAL, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def call_checked(target: Callable[..., Any], *args: object, options: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it gives
    """Call ``target``; if the arguments do not fit its signature, report which and why.

    A call that does not fit fails before ``target`` runs, so that the signature, which is slow to
    read, is only read then. Positional-only parameters are set by name as well.

    Raises:
        StepFault: if the arguments do not fit.
    """
    try:
        return target(*args, **options) if options else target(*args)
    except TypeError as error:
        is_ours = error.__traceback__ is not None and error.__traceback__.tb_next is None
        if not is_ours:
            raise
        signature, name = _find_signature(target), _name(target)
        placed, named = place_arguments(signature or inspect.Signature(), name, args, options)
        if signature is not None:
            check_signature(signature, name, placed, named)
        if named == options:
            raise
    return target(*placed, **named)


def check_arguments(
    target: Callable[..., Any], args: Sequence[object], options: dict[str, Any]
) -> None:
    """Reject options that ``target`` does not take, and a call that lacks what it needs.

    Args:
        target: What will be called.
        args: The positional arguments that it will be given, such as the app.
        options: The keyword arguments, as a profile has them.

    Raises:
        StepFault: one for everything that does not fit; ``option`` is the key that it is about.
    """
    signature = _find_signature(target)
    if signature is not None:
        check_signature(signature, _name(target), args, options)


def check_signature(
    signature: inspect.Signature, name: str, args: Sequence[object], options: dict[str, Any]
) -> None:
    """Do the same for a known signature; messages call the callable ``name``.

    Raises:
        StepFault: as `check_arguments`.
    """
    faults = [_build_unknown_fault(key, signature) for key in options if not _takes(signature, key)]
    if not faults:
        try:
            signature.bind(*args, **options)
        except TypeError as error:
            hint = "Set what it needs under `with`."
            message = f"{name}: {error}"
            faults = [StepFault(message, hint=hint, code=codes.WRONG_OPTION)]
    if faults:
        first, *more = faults
        first.more = tuple(more)
        raise first


def find_type_faults(signature: inspect.Signature, options: dict[str, Any]) -> Iterator[StepFault]:
    """Yield each string for a parameter whose annotation, as it is written, takes none.

    Such an annotation has only numbers and booleans. A string that is a number may be converted.
    """
    for key, value in options.items():
        parameter = signature.parameters.get(key)
        words = set(str(parameter.annotation).split(" | ")) if parameter else set()
        kinds = sorted(words & HINTS.keys())
        if not isinstance(value, str) or not kinds or not words <= {*HINTS, "None"}:
            continue
        # Without quotes these words are told of already.
        is_told = "bool" in kinds and value.lower() in BOOLEAN_WORDS
        if not is_told and (kinds == ["bool"] or not _is_number(value)):
            got = "a string" if is_secret_key(key) else f'the string "{shorten(value)}"'
            yield StepFault(
                f'"{key}" expects {" or ".join(kinds)}, got {got}',
                hint=HINTS[kinds[-1]],
                option=(key,),
                code=codes.WRONG_OPTION,
            )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def place_arguments(
    signature: inspect.Signature, name: str, args: Sequence[object], options: dict[str, Any]
) -> tuple[list[object], dict[str, Any]]:
    """Move options of positional-only parameters to their positions, those of ``*names`` last.

    Whatever comes before such a parameter in the signature moves as well.

    Raises:
        StepFault: if one that must move is missing, or what ``*names`` gets is not a list.
    """
    placed, named = list(args), dict(options)
    parameters = [one for one in signature.parameters.values() if one.kind in POSITIONAL]
    while parameters and (
        parameters[-1].kind not in ONLY_POSITIONAL or parameters[-1].name not in options
    ):
        parameters.pop()  # what comes after the last of them can keep its name
    for position, parameter in enumerate(parameters):
        if parameter.kind is parameter.VAR_POSITIONAL:
            placed += _take_list(named, parameter.name)
        elif position >= len(args):
            placed.append(named.pop(parameter.name, parameter.default))
        if placed and placed[-1] is parameter.empty:
            message = f"{name}: missing a required argument: '{parameter.name}'"
            hint = f"Write `{parameter.name}` under `with`."
            raise StepFault(message, hint=hint, code=codes.WRONG_OPTION)
    return placed, named


def _take_list(named: dict[str, Any], key: str) -> list[object]:
    value = named.pop(key)
    if isinstance(value, list):
        return value
    message = f'"{key}" is a list of arguments, got {type(value).__name__}'
    hint = "Write a list, even for one item."
    raise StepFault(message, hint=hint, option=(key,), code=codes.WRONG_OPTION)


def _find_signature(target: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(target)
    except (ValueError, TypeError):  # built in, without a signature: the call reports it
        return None


def _takes(signature: inspect.Signature, key: str) -> bool:
    parameters = signature.parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return True
    parameter = parameters.get(key)
    return parameter is not None and parameter.kind in {
        parameter.KEYWORD_ONLY,
        parameter.POSITIONAL_OR_KEYWORD,
    }


def _build_unknown_fault(key: str, signature: inspect.Signature) -> StepFault:
    known = [
        name
        for name, parameter in signature.parameters.items()
        if _takes(signature, name) or parameter.kind in ONLY_POSITIONAL
    ]
    return StepFault(
        f'unknown option "{key}"',
        hint=render_suggestion(
            key, known, f"It takes {', '.join(known)}." if known else "It takes no options."
        ),
        option=(key,),
        code=codes.WRONG_OPTION,
    )


def _name(target: object) -> str:
    return getattr(target, "__qualname__", type(target).__qualname__)
