"""Measure what naming twenty steps of the catalogue costs, none of whose libraries is loaded."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.lint_project import LINT, ROOT, Commands, open_project
from benchmarks.measuring import Row
from benchmarks.quotients import Line
from benchmarks.serving import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]

SAME = """\
  - use: attributes
    name: attributes{0}
    with: {{shop_{0}: {0}}}
"""


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write a profile of twenty steps, and one that uses the same step as often."""
    text = (PROFILES / "full.yaml").read_text("utf-8").replace("benchmarks.shop", "shop")
    head, key, steps = text.partition("extensions:\n")
    twenty, _, _ = steps.partition("  - use: shop.views")
    same = "".join(SAME.format(number) for number in range(20))
    with open_project(profiles=0) as folder:
        shutil.copy(ROOT / "benchmarks" / "shop" / "extensions.py", folder / "shop")
        for name, written in (("twenty", twenty), ("same", same)):
            (folder / "profiles" / f"{name}.yaml").write_text(head + key + written, "utf-8")
        yield Commands(folder, (*LINT, "profiles/twenty.yaml"), (*LINT, "profiles/same.yaml"))


ROW = Row(
    name="lint_steps",
    summary="one profile in a new process: 20 steps of the catalogue, and one of them 20 times",
    open_sides=open_sides,
    lines=(Line("lint, 20 catalogue steps, cold", "one step 20 times", "seconds", "s"),),
    pairs=21,
)
