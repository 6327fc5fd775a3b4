"""Break the order of a service of 32 modules on purpose, and ask what lint tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target
from assembler.policy import Policy, Settings

APPS = Path(__file__).parents[1] / "apps"
PROFILE = APPS / "profiles/depot32.yaml"
MOST_UNTOLD = 4
# What is moved, the one that it is put right behind, and what the order then breaks.
ORDERS = [
    ("timezone", "logging"),  # log lines have no zone yet
    ("logging", "store"),  # what opens the store is logged nowhere
    ("logging", "sentry"),  # the handlers that it hooks into are replaced
    ("secret_key", "sessions"),  # sessions without a key
    ("secret_key", "login"),  # as above, remembered logins
    ("request_ids", "metrics"),  # answers are counted without their number
    ("request_ids", "tracing"),  # spans without it
    ("request_ids", "sentry"),  # faults without it
    ("store", "seeds"),  # KeyError
    ("store", "search"),  # KeyError
    ("store", "health"),  # ready without a store
    ("cache", "sessions"),  # sessions find no cache to be kept in
    ("cache", "health"),  # ready without a cache
    ("sessions", "login"),  # the login manager reads another session
    ("login", "admin"),  # views ask for a login that nobody loads
    ("compress", "metrics"),  # sizes before compression
    ("storage", "health"),  # ready without its folder
    ("sentry", "errors"),  # what fails in between is not reported
    ("templates", "errors"),  # error pages lack their filters
    ("proxy_fix", "tracing"),  # the wrappers change places
    ("commands", "index"),  # nothing that lint could know
]
UNTOLD = {("proxy_fix", "tracing"), ("commands", "index")}


def lint_order(text: str) -> list[str]:
    """Return what is said of the order of the profile's steps."""
    policy = Policy(APPS / "pyproject.toml", Settings())
    linter = Linter(policy, build_selection(["usual-order", "proxy-fix-inside"], []))
    target = Target(str(PROFILE), text.encode())
    return [one.message for one in linter.lint([target]).diagnostics]


def test_the_order_of_the_factory_is_well() -> None:
    """So what is told of the others comes of the move."""
    assert lint_order(PROFILE.read_text("utf-8")) == []


@pytest.mark.parametrize(("moved", "behind"), ORDERS)
def test_a_broken_order_is_told(moved: str, behind: str) -> None:
    """With the step that comes too late."""
    text = PROFILE.read_text("utf-8")
    one, other = (f"  - depot32.ext_{name}\n" for name in (moved, behind))
    assert text.index(one) < text.index(other)
    broken = text.replace(one, "").replace(other, other + one)

    said = [one.partition(" usually comes before ")[0] for one in lint_order(broken)]

    assert said == ([] if (moved, behind) in UNTOLD else [f"'depot32.ext_{moved}'"])


def test_few_orders_are_told_by_nobody() -> None:
    """Of all that are broken here."""
    assert len(set(ORDERS)) == 21
    assert set(ORDERS) >= UNTOLD
    assert len(UNTOLD) <= MOST_UNTOLD
