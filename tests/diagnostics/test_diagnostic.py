"""Test what a `ProfileError` says by itself."""

from __future__ import annotations

from assembler.diagnostics.codes import KEY_SET_TWICE, UNKNOWN_KEY, UNKNOWN_NAME
from assembler.diagnostics.diagnostic import LIMIT_SAID, Place, ProfileError


def test_error_holds_its_findings_with_their_hints() -> None:
    """So that pytest, or whoever prints it, shows the remedy; the first error first."""
    error = ProfileError(
        [
            UNKNOWN_NAME.at(Place.in_line("web.yaml", 9, 3), "no such", hint="Did you mean 'it'?"),
            KEY_SET_TWICE.at(Place.in_line("web.yaml", 2, 1), "set twice", hint="Remove one."),
            UNKNOWN_KEY.at(Place.in_line("web.yaml", 12, 1), "unknown"),
        ]
    )
    assert str(error).splitlines() == [
        "web.yaml:9:3: error[ASM502] no such",
        "  hint: Did you mean 'it'?",
        "web.yaml:2:1: warning[ASM609] set twice",
        "  hint: Remove one.",
        "web.yaml:12:1: error[ASM201] unknown",
    ]


def test_error_says_how_many_more_there_are() -> None:
    """Of thousands, only some are in its words; all of them are its diagnostics."""
    faults = [UNKNOWN_KEY.at(Place.in_line("web.yaml", line), "unknown") for line in range(1, 101)]
    error = ProfileError(faults)
    assert len(str(error).splitlines()) == LIMIT_SAID + 1
    assert str(error).endswith(f"and {100 - LIMIT_SAID} more")
    assert len(error.diagnostics) == 100
