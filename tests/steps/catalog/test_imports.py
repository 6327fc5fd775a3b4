"""The catalogue step `imports`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.policy import load_policy
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StepBench]:
    """Return the context of a step in a project with two modules that tell when they load."""
    order = 'import sys\nsys.__dict__.setdefault("imports_order", []).append(__name__)\n'
    for name in ("imports_first", "imports_second"):
        (tmp_path / f"{name}.py").write_text(order)
    (tmp_path / "imports_broken.py").write_text("raise RuntimeError('no luck')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.__dict__, "imports_order", raising=False)
    yield StepBench(Flask(__name__), tmp_path)
    sys.__dict__.pop("imports_order", None)
    for name in [name for name in sys.modules if name.startswith("imports_")]:
        del sys.modules[name]


def test_modules_are_imported_in_the_order_written(context: StepBench) -> None:
    """A name without a dot is a module here, not a catalogue name."""
    modules = apply_step(context, "imports", modules=["imports_second", "imports_first"])

    assert sys.__dict__["imports_order"] == ["imports_second", "imports_first"]
    assert [module.__name__ for module in modules] == ["imports_second", "imports_first"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("imports_nowhere", codes.MODULE_NOT_FOUND), ("imports_broken", codes.IMPORT_FAILED)],
)
def test_a_module_that_does_not_load_is_said_at_its_item(
    context: StepBench, name: str, code: object
) -> None:
    """The fault stands at the item of the list that names it."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "imports", modules=["imports_first", name])

    assert raised.value.option == ("modules", 1)
    assert raised.value.code == code


def test_a_module_off_the_allow_list_is_never_imported(context: StepBench, tmp_path: Path) -> None:
    """The policy holds for side effects above all."""
    (tmp_path / "pyproject.toml").write_text('[tool.assembler]\nallow = ["imports_first"]\n')
    context.policy = load_policy(tmp_path / "pyproject.toml")

    with pytest.raises(StepFault) as raised:
        apply_step(context, "imports", modules=["imports_first", "imports_second"])

    assert raised.value.code == codes.NOT_ALLOWED
    assert "imports_second" not in sys.modules
