"""Test when a name that is not known certainly means another."""

from __future__ import annotations

import pytest

from assembler.diagnostics.suggestion import find_certain, find_meant
from assembler.steps.adapters import ADAPTER_NAMES


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("databse", ["database", "logging"], "database"),
        ("dtabaes", ["database", "logging"], "database"),
        ("roel", ["role", "name"], "role"),
        ("before_requst", ADAPTER_NAMES, "before_request"),
        ("Proxy-Fix", ["proxy_fix"], "proxy_fix"),
    ],
)
def test_one_or_two_mistakes_of_typing_are_certain(name: str, known: list[str], meant: str) -> None:
    """A character missing, too many or wrong, or two that changed places."""
    assert find_certain(name, known) == meant


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("post", ["port", "host"]),  # either
        ("nmae", ["time"]),  # two mistakes in a short word
        ("as", ["at"]),  # too short to tell
        ("mail", ["migrate", "health"]),
        ("compression", ["compress"]),  # near enough to be asked about, and no typing mistake
    ],
)
def test_what_may_mean_something_else_is_not_certain(name: str, known: list[str]) -> None:
    """Nobody's word is replaced by a guess."""
    assert find_certain(name, known) is None


def test_words_that_both_have_make_no_name_near() -> None:
    """What differs has to be near by itself."""
    assert find_meant("ext_redis", ["ext_metrics", "ext_mail"]) is None
    assert find_meant("ext_mial", ["ext_metrics", "ext_mail"]) == "ext_mail"
    assert find_meant("pool_recycle", ["pool_recycle_seconds"]) == "pool_recycle_seconds"
    assert find_meant("SQLALCHEMY_DATABSE_URI", ["SQLALCHEMY_DATABASE_URI"]) is not None


def test_what_is_certain_is_what_is_suggested() -> None:
    """A fix never writes another name than the hint gives."""
    names = ["database", "databases", "health", "migrate"]
    for name in ("databas", "helth", "migrat", "databse"):
        assert find_certain(name, names) in {None, find_meant(name, names)}
