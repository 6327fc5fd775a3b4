"""What several tests of the console share."""

from __future__ import annotations

import pytest

from tests.support.forked_check import ForkingSubprocess


@pytest.fixture
def forked_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the playground fork what checks a text, instead of starting a Python each time."""
    monkeypatch.setattr("assembler.console.playground.subprocess", ForkingSubprocess)
