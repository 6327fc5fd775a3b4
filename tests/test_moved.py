"""Test that documented imports that have moved still work for one release, with a warning."""

from __future__ import annotations

import sys

import pytest

from assembler import steps


def test_forms_warns_and_gives_what_steps_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution that imports from `assembler.forms` is told where to import from instead."""
    monkeypatch.delitem(sys.modules, "assembler.forms", raising=False)

    with pytest.warns(DeprecationWarning, match=r"assembler\.forms is now assembler\.steps"):
        import assembler.forms  # noqa: PLC0415 - the import is what is tested

    names = ("CatalogStep", "Options", "Patch", "Source", "StepFault")
    assert all(getattr(assembler.forms, name) is getattr(steps, name) for name in names)
