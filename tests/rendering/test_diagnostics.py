"""What is shown of diagnostics, whatever the command."""

from __future__ import annotations

import json

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.rendering.diagnostics import LIMIT_FINDINGS, render_diagnostics


def test_findings_of_one_file_are_limited_and_the_others_counted() -> None:
    """A file of 1 MiB can hold 100,000 faults; other files do not suffer from it."""
    many = [
        codes.UNKNOWN_KEY.at(Place.in_line("a.yaml", line, 1, 2), "wrong")
        for line in range(1, LIMIT_FINDINGS * 3)
    ]
    mild = codes.BOOLEAN_WORD.at(Place.in_line("a.yaml", 1, 1, 2), "mild")
    other = codes.UNKNOWN_KEY.at(Place.in_line("b.yaml", 1, 1, 2), "other")

    plain = render_diagnostics([*many, mild, other]).splitlines()
    shown = json.loads(render_diagnostics([*many, mild, other], output_format="json"))

    assert len(plain) == LIMIT_FINDINGS + 3
    count = "2,000 more findings in this file are not shown"
    assert plain[-3:] == [
        f"a.yaml:1000:1: error[ASM135] {count} [more-findings]",
        "  hint: Fix the ones above, and run this again.",
        "b.yaml:1:1: error[ASM201] other [unknown-key]",
    ]
    assert len(shown) == LIMIT_FINDINGS + 2


def test_findings_that_are_not_shown_keep_the_worst_severity() -> None:
    """Services that read a report decide by it."""
    many = [
        codes.BOOLEAN_WORD.at(Place.in_line("a.yaml", line, 1, 2), "mild")
        for line in range(1, LIMIT_FINDINGS + 3)
    ]

    assert "warning[ASM135] 2 more findings" in render_diagnostics(many)
    worse = codes.UNKNOWN_KEY.at(Place.in_line("a.yaml", 9999, 1, 2), "wrong")
    assert "error[ASM135] 3 more findings" in render_diagnostics([*many, worse])
