"""The catalogue step `proxy_fix`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask, request
from pydantic import ValidationError

from assembler.steps.catalog.proxy_fix import ProxyFixOptions
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path

FORWARDED = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
}


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an app that says whom it takes its client for."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: [request.remote_addr, request.scheme, request.host])
    return StepBench(app, tmp_path)


def test_one_proxy_is_believed_about_the_client_and_the_scheme_only(context: StepBench) -> None:
    """The last address is the proxy's word; the host could be anybody's, so it is left alone."""
    apply_step(context, "proxy_fix")

    answer = context.app.test_client().get("/", headers=FORWARDED)

    assert answer.json == ["198.51.100.7", "https", "localhost"]


def test_counts_from_the_environment_are_numbers(context: StepBench) -> None:
    """Two proxies reach one address further back."""
    apply_step(context, "proxy_fix", x_for="2", x_host="1")

    answer = context.app.test_client().get("/", headers=FORWARDED)

    assert answer.json == ["203.0.113.9", "https", "evil.example"]


@pytest.mark.parametrize("count", [-1, 11, "many", 1.5])
def test_a_count_that_is_none_is_refused(count: object) -> None:
    """A number of proxies is small and whole."""
    with pytest.raises(ValidationError):
        ProxyFixOptions.model_validate({"x_for": count})
