"""Test that mutants are what they are said to be, and that there is something to change."""

from __future__ import annotations

import pytest

from tests.mutants.__main__ import LEFT_OUT, PARTS, ROOT, TESTS, find_files
from tests.mutants.mutation import iter_mutants

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
