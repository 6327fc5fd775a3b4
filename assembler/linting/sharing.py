"""Share work out among processes, where there is enough of it to be worth starting them."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from assembler.serving.cpus import count_cpus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["count_processes", "share_out"]

LEAST_ITEMS = 64  # for a process: starting one takes a thirtieth of what these do
LIMIT_PROCESSES = 8  # a machine that is shared may show more processors than it has to give

Result = TypeVar("Result")


def count_processes() -> int:
    """Return how many processes to use here; 1 where forking is not safe."""
    return min(LIMIT_PROCESSES, count_cpus()) if sys.platform == "linux" else 1


def share_out(
    work: Callable[[Sequence[str]], Result], items: Sequence[str], processes: int
) -> list[Result]:
    """Return ``work`` of all ``items``, in order, each result for some of them.

    This process does its part as well, and that of any process that could not be started, was
    killed or failed: an exception of ``work`` is raised here.

    Args:
        work: Must return what can be pickled, and leave nothing behind that matters.
        items: What to work on.
        processes: How many to use at most; 1: only this one. More need a process of one thread.
    """
    parts = max(1, min(processes, len(items) // LEAST_ITEMS))
    bounds = [len(items) * part // parts for part in range(parts + 1)]
    first, *others = [items[start:end] for start, end in pairwise(bounds)]
    if not others:
        return [work(first)]
    from assembler.linting.workers import work_in_processes  # noqa: PLC0415 - not for a few

    return work_in_processes(work, first, others)
