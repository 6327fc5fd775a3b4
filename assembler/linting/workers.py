"""Work on shares in forked processes; imported only where there are many profiles."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import active_children, get_context, parent_process
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["work_in_processes"]

Result = TypeVar("Result")

WORK: list[Callable[[Sequence[str]], Any]] = []  # in a worker: what it does with its share


def work_in_processes(
    work: Callable[[Sequence[str]], Result], first: Sequence[str], others: list[Sequence[str]]
) -> list[Result]:
    """Return ``work`` of ``first``, done here, and of each of ``others``, done by a worker.

    What a worker did not do, for whatever reason, is done here.
    """
    executor: ProcessPoolExecutor | None = None
    futures: list[Future[Result]] = []
    try:
        try:
            # Forked, a worker has ``work`` as it is: nothing is pickled but what comes of it.
            context = get_context("fork")
            executor = ProcessPoolExecutor(len(others), context, _start_worker, (work,))
            futures = [executor.submit(_work, share) for share in others]
        except OSError:  # no more processes, or files
            return [work(share) for share in (first, *others)]
        results = [work(first)]
        for future, share in zip(futures, others, strict=True):
            results.append(work(share) if future.exception() else future.result())
        return results
    finally:
        for child in active_children():  # nobody waits for them any more
            child.kill()
        if executor is not None:
            executor.shutdown()


def _start_worker(work: Callable[[Sequence[str]], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever is interrupted ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    WORK.append(work)


def _end_with_parent() -> None:
    """Wait until the process that forked this one has ended, however it did."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(share: Sequence[str]) -> Any:  # noqa: ANN401 - whatever comes of the work
    return WORK[0](share)
