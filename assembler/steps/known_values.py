"""Give known config keys the type that they take, where a source only knows strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from assembler.diagnostics import codes
from assembler.diagnostics.excerpt import shorten
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.document.ends import has_blank_ends
from assembler.secrets.known import is_secret_key
from assembler.secrets.text_secrets import mask_text
from assembler.steps.known_keys import find_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assembler.steps.forms import SourceContext

__all__ = [
    "UNSET",
    "build_value_fault",
    "check_blank_ends",
    "describe_unset",
    "is_wrong_string",
    "read_known",
    "read_strings",
]

UNSET: Final = object()  # what an empty string stands for


def read_strings(
    context: SourceContext, texts: Mapping[str, str], find_origin: Callable[[str], str]
) -> dict[str, Any]:
    """Return what a source that only knows strings sets.

    Args:
        context: Of the source; gets the notes.
        texts: The strings by their keys.
        find_origin: Returns, in words, where the string of a key comes from.

    Raises:
        StepFault: at each that is not of its key's kind.
    """
    values: dict[str, Any] = {}
    faults: list[StepFault] = []
    for key, text in texts.items():
        try:
            value = read_known(key, text, find_origin)
        except StepFault as fault:
            faults.append(fault)
            continue
        if value is UNSET:
            context.note(describe_unset(key, find_origin(key)))
        else:
            values[key] = value
    raise_faults(faults)
    return values


def read_known(key: str, text: str, find_origin: Callable[[str], str]) -> object:
    """Return the value of ``text`` for ``key``; the string itself if the key is not known.

    Args:
        key: The config key.
        text: Never shown: it may come from the environment.
        find_origin: Returns, in words, where it comes from.

    Returns:
        `UNSET` for an empty string where that is no value.

    Raises:
        StepFault: if it is not of the key's kind.
    """
    kind = find_kind(key)
    check_blank_ends(key, text, find_origin, is_typed=kind is not None and not kind.keeps_blanks)
    if kind is None:
        return text
    if not text and not kind.keeps_empty:
        return UNSET
    if text == "null":
        return None
    try:
        return kind.read(text)
    except ValueError as error:
        message = f"{key}: expected {kind.words}, got a string (from {find_origin(key)})"
        hint = _find_remedy(key, text)
        raise StepFault(message, hint=hint, code=codes.WRONG_CONFIG_VALUE) from error


def check_blank_ends(
    key: str, text: str, find_origin: Callable[[str], str], *, is_typed: bool
) -> None:
    """Reject white space at the ends of a URL, or of what is to be typed.

    Raises:
        StepFault: if there is any.
    """
    if has_blank_ends(text, is_typed=is_typed):
        message = f"{key}: white space at the ends of the value (from {find_origin(key)})"
        raise StepFault(message, hint="Remove it.", code=codes.SURROUNDING_BLANKS)


def describe_unset(key: str, origin: str) -> str:
    """Return the note that an empty string was passed over."""
    return f"{key} is empty (from {origin}), which counts as not set"


def is_wrong_string(key: str, value: object) -> bool:
    """Return whether ``value`` is a string where a known key takes another type, or form."""
    kind = find_kind(key) if isinstance(value, str) else None
    if kind is None or not isinstance(value, str):
        return False
    try:
        return kind.read(value) != value
    except ValueError:
        return True


def build_value_fault(key: str, text: str) -> StepFault:
    """Report a literal string that is not what a known key takes."""
    kind = find_kind(key)
    assert kind is not None
    got = "a string" if is_secret_key(key) else f'the string "{shorten(mask_text(text))}"'
    return StepFault(
        f"{key}: expected {kind.words}, got {got}",
        hint=_find_remedy(key, text),
        option=(key,),
        code=codes.WRONG_CONFIG_VALUE,
    )


def _find_remedy(key: str, text: str) -> str:
    kind = find_kind(key)
    assert kind is not None
    return f"Write {kind.remedy}." if is_secret_key(key) else kind.find_remedy(text)
