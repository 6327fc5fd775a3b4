"""Test that mutants are what they are said to be, and that there is something to change."""

from __future__ import annotations

import pytest

from tests.mutants.__main__ import LEFT_OUT, PARTS, ROOT, TESTS, find_files
from tests.mutants.mutation import iter_mutants
from tests.support.processes import run_cli

SOURCE = '''\
"""A docstring."""
TABLE = ("a", "b")

def find(name, limit=1):
    """Another."""
    if name in TABLE and limit > 0:
        note(name, text="some words to read", key="k")
        return name
    return None
'''


def list_changes(source: str) -> list[tuple[int, str | None, str]]:
    """Return line, function and change of every mutant."""
    return [(one.line, one.function, one.change) for one in iter_mutants("m", source, "m.py")]


def test_mutants_change_tables_defaults_and_functions() -> None:
    """Each is one change; prose, docstrings and `None` are left alone."""
    assert list_changes(SOURCE) == [
        (2, None, "'a' -> 'xa'"),
        (2, None, "'a' -> nothing"),
        (2, None, "'b' -> 'xb'"),
        (2, None, "'b' -> nothing"),
        (4, None, "1 -> 2"),
        (6, "find", "if name in TABLE and limit > 0: -> if not (name in TABLE and limit > 0):"),
        (6, "find", "name in TABLE and limit > 0 -> limit > 0"),
        (6, "find", "name in TABLE and limit > 0 -> name in TABLE"),
        (6, "find", "name in TABLE -> name not in TABLE"),
        (6, "find", "limit > 0 -> limit >= 0"),
        (6, "find", "0 -> 1"),
        (7, "find", "note(name, text='some words to read', key='k') -> nothing"),
        (7, "find", "key='k' -> nothing"),
        (7, "find", "'k' -> 'xk'"),
        (8, "find", "return name -> return None"),
    ]


def test_mutant_holds_its_own_change_alone() -> None:
    """The tree is as it was before the next change."""
    tables = []
    for mutant in iter_mutants("m", SOURCE, "m.py"):
        names: dict[str, object] = {}
        exec(mutant.code, names)  # noqa: S102 - the text above
        tables.append(names["TABLE"])

    assert tables[:5] == [("xa", "b"), ("b",), ("a", "xb"), ("a",), ("a", "b")]


@pytest.mark.parametrize("file", find_files(PARTS), ids=lambda file: file.stem)
def test_every_part_that_is_mutated_exists(file: object) -> None:
    """A module that moves takes its place in the table along."""
    assert str(file).endswith(".py")
    assert file in {*(ROOT / "assembler").rglob("*.py")}


def test_every_test_that_is_run_or_left_out_exists() -> None:
    """As above."""
    paths = [*TESTS, *(f"planning/{name}" for name in LEFT_OUT)]

    assert [path for path in paths if not (ROOT / "tests" / path).exists()] == []


TRY_A_CLASS = """\
from tests.mutants.__main__ import ROOT, make_mutants
from tests.mutants.trying import Reach, try_imports

test = "tests/test_policy.py::test_without_a_file_the_defaults_are_in_force"
mutants = [
    one
    for one in make_mutants(ROOT / "assembler/policy.py")
    if one.change in ("'profiles' -> 'xprofiles'", "'imported' -> 'ximported'")
]
reach = Reach(seconds={test: 1.0})
try_imports(mutants, reach, 1, lambda mutant, killed: print(mutant.change, killed, flush=True))
"""


def test_change_of_a_class_is_loaded_in_place_of_the_module() -> None:
    """Whatever of the package pytest would load by itself; a test that reads it fails."""
    done = run_cli(["-c", TRY_A_CLASS], ROOT)
    assert done.stdout.splitlines() == [
        "'imported' -> 'ximported' False",
        "'profiles' -> 'xprofiles' True",
    ]
