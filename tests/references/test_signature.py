"""Test that options meet the signature of what they are for."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import pytest

from assembler.diagnostics.faults import StepFault
from assembler.references.signature import call_checked


def take_names(first: str, *names: str, loud: bool = False) -> tuple[str, tuple[str, ...], bool]:
    """Take some by position only, as functions of many arguments do."""
    return first, names, loud


def take_default(size: int = 3, *names: str) -> tuple[int, tuple[str, ...]]:
    """Have a default before what is taken by position only."""
    return size, names


def take_position(first: str, /, second: str) -> tuple[str, str]:
    """Take one by position only."""
    return first, second


def take_any(*args: object) -> tuple[object, ...]:
    """Take whatever comes."""
    return args


@pytest.mark.parametrize(
    ("target", "args", "options", "expected"),
    [
        (take_names, (), {"first": "a"}, ("a", (), False)),
        (
            take_names,
            (),
            {"names": ["b", "c"], "loud": True, "first": "a"},
            ("a", ("b", "c"), True),
        ),
        (take_names, ("app",), {"names": ["b"]}, ("app", ("b",), False)),
        (take_names, ("app",), {"names": []}, ("app", (), False)),
        (take_default, (), {"names": ["b"]}, (3, ("b",))),
        (take_position, (), {"second": "b", "first": "a"}, ("a", "b")),
        (take_position, ("app",), {"second": "b"}, ("app", "b")),
        (take_any, ("app",), {"args": [1, 2]}, ("app", 1, 2)),
        (str.title, ("old shop",), {}, "Old Shop"),
        (str.zfill, ("7",), {"width": 3}, "007"),
    ],
)
def test_what_is_taken_by_position_only_is_given_by_its_name(
    target: Any,  # noqa: ANN401 - any callable
    args: tuple[object, ...],
    options: dict[str, object],
    expected: object,
) -> None:
    """The list of ``*names`` goes by that name, and everything else keeps its own."""
    assert call_checked(target, *args, options=options) == expected


@pytest.mark.parametrize(
    ("options", "message", "hint", "option"),
    [
        (
            {"first": "a", "names": "b"},
            '"names" is a list of arguments, got str',
            "Write a list, even for one item.",
            ("names",),
        ),
        (
            {"names": ["b"]},
            "take_names: missing a required argument: 'first'",
            "Write `first` under `with`.",
            (),
        ),
        (
            {"first": "a", "nmes": ["b"]},
            'unknown option "nmes"',
            "Did you mean 'names'?",
            ("nmes",),
        ),
    ],
)
def test_what_does_not_fit_is_said_before_the_call(
    options: dict[str, object], message: str, hint: str | None, option: tuple[str, ...]
) -> None:
    """With the option that it is about."""
    with pytest.raises(StepFault) as raised:
        call_checked(take_names, options=options)

    fault = raised.value
    assert (fault.message, fault.hint, fault.option) == (message, hint, option)


def test_an_error_of_the_callable_s_own_is_its_own() -> None:
    """A TypeError from inside is no matter of arguments, in Python or in C."""

    def fail(names: object) -> None:
        len(names)  # type: ignore[arg-type]  # that is the point

    with pytest.raises(TypeError, match="has no len"):
        call_checked(fail, options={"names": 3})
    with pytest.raises(TypeError, match="indices must be"):
        call_checked(itemgetter("a"), [1], options={})
