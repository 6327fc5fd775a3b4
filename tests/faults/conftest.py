"""Keep what the tests of faults measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import IS_LONG
from tests.faults.page import write_row

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.faults import Note


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Note:
    """Return what keeps a measurement for the page."""
    return lambda measured: record_property("measured", measured)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write the row of a test that has passed in full length."""
    report = yield
    if IS_LONG and report.when == "call" and report.passed and hasattr(item, "originalname"):
        measured = [str(value) for name, value in report.user_properties if name == "measured"]
        variant = item.callspec.id if hasattr(item, "callspec") else ""
        write_row(item.originalname, variant, [*measured, f"{report.duration:.0f} s in all"])
    return report
