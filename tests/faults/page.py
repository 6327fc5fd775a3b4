"""Write what `make faults` has measured into the table of `docs/reliability.md`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from tests.faults import FAULTS
from tests.support.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PAGE", "read_faults", "write_row"]

PAGE = ROOT / "docs" / "reliability.md"
RULE = "| --- | --- | --- | --- |\n"


def read_faults(text: str) -> dict[str, str]:
    """Return the rows of the table by their first cell."""
    rows = takewhile(lambda line: line.startswith("| "), text.partition(RULE)[2].splitlines())
    return {row.split(" | ")[0].removeprefix("| "): row for row in rows}


def write_row(test: str, variant: str, measured: Sequence[str]) -> None:
    """Put the row of a test that holds in its place; the variants of a test have a row each."""
    fault, must_hold = FAULTS[test]
    name = f"{fault} ({variant})" if variant else fault
    text = PAGE.read_text("utf-8")
    rows = read_faults(text)
    before = "".join(f"{row}\n" for row in rows.values())
    where = f"{os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}"
    rows[name] = f"| {name} | {must_hold} | {'; '.join(measured)} | {where} |"
    after = "".join(f"{rows[row]}\n" for row in sorted(rows, key=_find_place))
    PAGE.write_text(text.replace(RULE + before, RULE + after, 1), "utf-8")


def _find_place(row: str) -> int:
    faults = [fault for fault, _ in FAULTS.values()]
    return next(i for i, fault in enumerate(faults) if row.startswith(fault))
