"""The page on reliability tells every fault."""

from __future__ import annotations

import ast

from tests.faults import FAULTS
from tests.faults.page import PAGE, read_faults
from tests.support.processes import ROOT


def test_every_test_of_a_fault_has_its_row() -> None:
    """Its figures are of the last `make faults`, and are not compared."""
    files = (ROOT / "tests" / "faults").glob("test_*_faults.py")
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    functions = {
        one.name for tree in trees for one in tree.body if isinstance(one, ast.FunctionDef)
    }
    rows = read_faults(PAGE.read_text("utf-8"))

    assert {name for name in functions if name.startswith("test_")} == set(FAULTS)
    for fault, _ in FAULTS.values():
        assert any(row.startswith(fault) for row in rows), fault
