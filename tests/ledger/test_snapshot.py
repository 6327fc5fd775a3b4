"""Test what of a ledger is written down."""

from __future__ import annotations

from assembler.ledger.snapshot import take_ledger
from assembler.ledger.values import Effect, Ledger, Part, StepLedger


def test_of_the_process_only_what_a_step_has_made_and_is_there_yet() -> None:
    """Of the app all there is, and what a step removed from it."""
    effects = (
        Effect("hook", "before_request", "removed", "a:b"),
        Effect("log_level", "shop", "added", "DEBUG"),
        Effect("open", "socket", "added", "bound to 1"),
        Effect("signal", "request-started", "added", "of a receiver that is gone"),
        Effect("thread", "of another", "removed", "threading:Thread"),
    )
    parts = (
        Part("config", "DEBUG", "False", ""),
        Part("log_level", "server", "INFO", ""),
        Part("log_level", "shop", "DEBUG", ""),
        Part("thread", "of a third", "threading:Thread", ""),
    )
    steps = (
        StepLedger("extension", "a", "a", None, effects=effects),
        StepLedger("extension", "b", "b", None, effects=effects[2:]),
    )

    found = take_ledger(Ledger("web.yaml", steps, parts, ""), str)

    assert found == {
        "steps": [
            {
                "kind": "extension",
                "name": "a",
                "place": None,
                "effects": [["hook", "before_request"], ["log_level", "shop"]],
            }
        ],
        "parts": [["config", "DEBUG", "False"], ["log_level", "shop", "DEBUG"]],
    }
