"""The catalogue step `warnings`."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from pydantic import ValidationError

from assembler.diagnostics.faults import StepFault
from assembler.steps.catalog.warnings import WarningsOptions
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class ShopWarning(UserWarning):
    """A warning of the project's."""


@pytest.fixture
def context(tmp_path: Path) -> Iterator[StepBench]:
    """Return the context of a step; the process's filters are as before afterwards."""
    with warnings.catch_warnings():
        yield StepBench(Flask(__name__), tmp_path)
        logging.captureWarnings(capture=False)


def warn(text: str, category: type[Warning] = UserWarning) -> None:
    """Warn of something."""
    warnings.warn(text, category, stacklevel=1)


def test_the_last_filter_that_fits_decides(context: StepBench) -> None:
    """By the message, which is a regular expression, and by the class."""
    filters = [
        {"action": "ignore"},
        {"action": "error", "category": "DeprecationWarning"},
        {"action": "ignore", "category": "DeprecationWarning", "message": "old.*is fine"},
    ]
    apply_step(context, "warnings", filters=filters)

    warn("anything")
    warn("Old tills is fine", DeprecationWarning)
    with pytest.raises(DeprecationWarning, match="old tills go"):
        warn("old tills go", DeprecationWarning)


def test_a_class_of_the_projects_and_a_module_can_be_named(context: StepBench) -> None:
    """The others are as they were: errors here."""
    filters = [
        {"action": "ignore", "own_category": ShopWarning, "module": r"tests\.steps"},
        {"action": "error", "own_category": ShopWarning, "module": "elsewhere"},
    ]
    apply_step(context, "warnings", filters=filters)

    warn("ours", ShopWarning)
    with pytest.raises(UserWarning, match="not ours"):
        warn("not ours")


def test_warnings_can_go_to_the_log(context: StepBench, caplog: pytest.LogCaptureFixture) -> None:
    """In the format of the step `logging`, then."""
    apply_step(context, "warnings", filters=[{"action": "always"}], to_log="yes")

    warn("told")

    (record,) = caplog.records
    assert (record.name, "UserWarning: told" in record.getMessage()) == ("py.warnings", True)


@pytest.mark.parametrize("category", [int, len])
def test_what_is_no_class_of_warnings_is_said(context: StepBench, category: object) -> None:
    """At its place."""
    with pytest.raises(StepFault, match="expected a class of warnings") as raised:
        apply_step(context, "warnings", filters=[{"action": "ignore", "own_category": category}])

    assert raised.value.option == ("filters", 0, "own_category")


@pytest.mark.parametrize(
    "one",
    [
        {},
        {"action": "print"},
        {"action": "ignore", "category": "ValueError"},
        {"action": "ignore", "message": "("},
        {"action": "ignore", "own_category": "shop:ShopWarning"},
    ],
)
def test_what_is_no_filter_is_refused(one: dict[str, object]) -> None:
    """At lint, not at the first warning."""
    with pytest.raises(ValidationError):
        WarningsOptions.model_validate({"filters": [one]})
