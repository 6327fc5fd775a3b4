"""Dotted paths into mappings."""

from __future__ import annotations

import pytest

from assembler.language.config_path import MISSING, iter_paths, look_up

CONFIG = {
    "A": {"b": {"c": 1}, "b.c": 2, "e": None},
    "A.x": 3,
    "A.b.d": 4,
    "D": {"a.b": {"c": 5}},
    "S": "text",
    7: {"a": 6},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("A", CONFIG["A"]),
        ("A.b", {"c": 1}),
        ("A.b.c", 2),
        ("A.x", 3),
        ("A.b.d", 4),
        ("A.e", None),
        ("D.a.b.c", 5),
        ("S", "text"),
    ],
)
def test_path_goes_into_mappings(path: str, value: object) -> None:
    """A key that has the dots itself comes first, the longest of them."""
    assert look_up(CONFIG, path) == value


@pytest.mark.parametrize("path", ["B", "A.z", "A.b.c.d", "S.t", "A.", ".A", "", "7.a", "A.x.y"])
def test_path_that_leads_nowhere_is_missing(path: str) -> None:
    """A value that is no mapping has no keys."""
    assert look_up(CONFIG, path) is MISSING


def test_paths_end_at_a_depth() -> None:
    """They are for suggestions."""
    assert [path for path, _ in iter_paths({"a": {"b": {"c": {"d": 1}}}})] == ["a", "a.b", "a.b.c"]
