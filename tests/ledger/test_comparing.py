"""What came, went, changed and moved between two apps."""

from __future__ import annotations

import pytest

from assembler.ledger.comparing import compare_ledgers
from assembler.ledger.values import Ledger, Part


def build(*parts: tuple[str, str], keyed: str = "k") -> Ledger:
    """Build a ledger of hooks and config: (key, detail); the detail stands for its digest."""
    return Ledger(
        "app",
        (),
        tuple(
            Part("config" if key.isupper() else "hook", key, "***", digest) for key, digest in parts
        ),
        keyed,
    )


@pytest.mark.parametrize(
    ("left", "right", "differences"),
    [
        ("abc", "abc", []),
        ("abc", "acb", ["moved"]),
        ("abcd", "bcda", ["moved"]),
        ("abcd", "dcba", ["moved", "moved", "moved"]),
        ("abb", "ab", ["removed"]),
        ("ab", "xab", ["added"]),
        ("a", "b", ["changed"]),
        ("ab", "bx", ["removed", "added"]),
    ],
)
def test_order_of_hooks_counts(left: str, right: str, differences: list[str]) -> None:
    """No more is told than one would have to move."""
    ledgers = [build(*(("before_request", one) for one in side)) for side in (left, right)]

    assert [one.change for one in compare_ledgers(*ledgers)] == differences


def test_secrets_are_compared_by_fingerprints_of_one_key_only() -> None:
    """Those of two keys say nothing, and what is shown is compared."""
    one, other = build(("PASSWORD", "1")), build(("PASSWORD", "2"))

    assert [found.change for found in compare_ledgers(one, other)] == ["changed"]
    assert compare_ledgers(one, build(("PASSWORD", "2"), keyed="other")) == []


def test_ledger_is_the_same_after_json() -> None:
    """For a file, or another process."""
    ledger = build(("PASSWORD", "1"))

    assert Ledger.from_dict(ledger.to_dict()) == ledger
    later = {**ledger.to_dict(), "later": 1}
    later["parts"] = [{**one, "later": 1} for one in later["parts"]]
    assert Ledger.from_dict(later) == ledger
    with pytest.raises(ValueError, match="format 1, got 2"):
        Ledger.from_dict({**ledger.to_dict(), "format": 2})
    with pytest.raises(ValueError, match="this is no ledger"):
        Ledger.from_dict({"format": 1})
