"""Which steps need which."""

from __future__ import annotations

from assembler.ledger.orders import find_critical_path, find_orders
from assembler.ledger.values import Effect, Ledger, Reads, StepLedger


def build(name: str, run_ms: float, *, kind: str = "extension", **more: object) -> StepLedger:
    """Build a step."""
    return StepLedger(kind, name, name, run_ms=run_ms, **more)  # type: ignore[arg-type]


LEDGER = Ledger(
    "web.yaml",
    (
        build("gevent", 5, kind="patch"),
        build("app", 10, kind="app"),
        build("values", 1, kind="config"),
        build("redis", 20, effects=(Effect("config", "REDIS_URL", "added", "'redis://'"),)),
        build("dear", 35),
        build("cache", 10, reads=Reads(("REDIS_URL", "DEBUG"))),
        build("pages", 8, after=("cache", "not_there")),
        build("finish", 1, kind="finish"),
    ),
    (),
)


def test_critical_path_is_the_dearest_chain_of_steps_that_need_one_another() -> None:
    """By what was read and by what the profile says; one dear step alone costs less than that."""
    names = [step.name for step in find_critical_path(LEDGER)]

    assert names == ["gevent", "app", "values", "redis", "cache", "pages", "finish"]


def test_orders_are_seen_by_reading_what_an_extension_has_set() -> None:
    """Not by what Flask or a config source has set."""
    orders = [(one.first.name, one.then.name, one.what) for one in find_orders(LEDGER)]

    assert orders == [("redis", "cache", "config REDIS_URL")]
