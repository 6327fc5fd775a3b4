"""Check options against the signature of what they are for, before it is called."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from assembler import codes
from assembler.forms import StepFault
from assembler.suggestion import render_suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["call_checked", "check_arguments"]


def call_checked(target: Callable[..., Any], *args: object, options: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it gives
    """Call ``target``; where the arguments do not fit its signature, say which and why.

    A call that does not fit fails before anything of ``target`` runs, so that the signature, which
    takes long to read, is only read then.

    Raises:
        StepFault: if the arguments do not fit.
    """
    try:
        return target(*args, **options)
    except TypeError as error:
        is_ours = error.__traceback__ is not None and error.__traceback__.tb_next is None
        if is_ours:
            check_arguments(target, args, options)
        raise


def check_arguments(
    target: Callable[..., Any], args: Sequence[object], options: dict[str, Any]
) -> None:
    """Refuse options that ``target`` does not take, and a call that lacks what it needs.

    Args:
        target: What will be called.
        args: The positional arguments that it will be given, such as the app.
        options: The keyword arguments, as a profile says them.

    Raises:
        StepFault: one for all that does not fit; ``option`` is the key that it is about.
    """
    try:
        signature = inspect.signature(target)
    except (ValueError, TypeError):  # built in, without a signature: the call itself will say
        return
    faults = [_build_unknown_fault(key, signature) for key in options if not _takes(signature, key)]
    if not faults:
        try:
            signature.bind(*args, **options)
        except TypeError as error:
            faults = [StepFault(f"{_name(target)}: {error}", code=codes.WRONG_OPTION)]
    if faults:
        first, *more = faults
        first.more = tuple(more)
        raise first


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
        if _takes(signature, parameter.name)
    ]
    return StepFault(
        f'unknown option "{key}"',
        hint=render_suggestion(
            key, known, f"It takes {', '.join(known)}." if known else "It takes none."
        ),
        option=(key,),
        code=codes.WRONG_OPTION,
    )


def _name(target: object) -> str:
    return getattr(target, "__qualname__", type(target).__qualname__)
