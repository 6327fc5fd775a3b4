"""The start of a canary, in process; what it does is tested with real servers."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any, NoReturn, cast

import psutil
import pytest

from assembler.runners.canary import Canary

if TYPE_CHECKING:
    from assembler.runners.canary_task import Task


def test_canary_that_cannot_be_forked_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The master asks again at the next reload."""

    def fork() -> NoReturn:
        raise OSError(errno.EAGAIN, "no process to have")

    task = cast("Task", cast("Any", None))  # looked at by the child only
    before = psutil.Process().num_fds()
    monkeypatch.setattr(os, "fork", fork)

    with pytest.raises(OSError, match="no process to have"):
        Canary.start(task, lambda: None)

    assert psutil.Process().num_fds() == before
