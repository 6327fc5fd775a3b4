"""The catalogue step `metrics` in one process; several are tested with the runners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from flask import Flask, abort, request_started
from prometheus_client import REGISTRY, Counter
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError

from assembler.diagnostics.faults import StepFault
from assembler.report import Boot, Outcome, StepReport
from tests.support.step_context import DIGEST, StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REQUESTS = "assembler_http_requests_total"
DURATION = "assembler_http_request_duration_seconds"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[StepBench]:
    """Return the context of a step, of an app with one route."""
    app = Flask(__name__, instance_path=str(tmp_path / "instance"))
    app.add_url_rule("/shops/<name>", view_func=lambda name: name, endpoint="shop")
    context = StepBench(app, tmp_path)
    yield context
    context.close()


def apply_metrics(context: StepBench, **options: object) -> None:
    """Carry the step out, and finish the app."""
    apply_step(context, "metrics", **options)
    context.finish()


def read_metrics(context: StepBench, path: str = "/metrics") -> dict[Any, float]:
    """Ask for the metrics: values by name and labels, these in the order of their names."""
    answer = context.app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_told_by_rule_and_status(context: StepBench) -> None:
    """Whatever a stranger asks for makes no metrics of its own."""
    apply_metrics(context)
    client = context.app.test_client()
    for path in ("/shops/oslo", "/shops/bergen", "/wp-admin", "/.env"):
        client.get(path)
    client.post("/shops/oslo")
    client.open("/", method="BREW")

    found = read_metrics(context)

    counts = {key[1:]: value for key, value in found.items() if key[0] == REQUESTS}
    assert counts == {
        ("GET", "/shops/<name>", "200"): 2,
        ("GET", "unmatched", "404"): 2,
        ("POST", "unmatched", "405"): 1,
        ("other", "unmatched", "404"): 1,
    }
    assert found[DURATION + "_count", "GET", "/shops/<name>"] == 2
    assert found[DURATION + "_bucket", "+Inf", "GET", "/shops/<name>"] == 2
    assert read_metrics(context)[REQUESTS, "GET", "/metrics", "200"] == 1


def test_apps_that_are_gone_leave_nothing_behind(tmp_path: Path) -> None:
    """A test suite makes hundreds; each counts its own requests meanwhile."""

    def make() -> StepBench:
        context = StepBench(Flask(__name__, instance_path=str(tmp_path / "instance")), tmp_path)
        context.app.add_url_rule("/shops/<name>", view_func=lambda name: name, endpoint="shop")
        apply_metrics(context)
        return context

    first, second = make(), make()
    known = len(request_started.receivers)
    first.app.test_client().get("/shops/oslo")

    assert read_metrics(first)[REQUESTS, "GET", "/shops/<name>", "200"] == 1
    assert (REQUESTS, "GET", "/shops/<name>", "200") not in read_metrics(second)
    for context in (first, second, make()):
        context.close()
    assert len(request_started.receivers) == known


def test_what_answers_in_the_place_of_the_app_counts_for_its_route(context: StepBench) -> None:
    """A hook, the probes that no hook sees, and steps that come later."""
    apply_step(context, "metrics")
    apply_step(context, "health")
    context.app.before_request(lambda: abort(403))
    context.finish()
    client = context.app.test_client()
    client.get("/shops/oslo")
    client.get("/health/live")

    found = read_metrics(context)

    assert found[REQUESTS, "GET", "/shops/<name>", "403"] == 1
    assert found[REQUESTS, "GET", "/health/live", "200"] == 1


def test_an_error_counts_once(context: StepBench) -> None:
    """Whether Flask makes an answer of it, or leaves that to the server."""

    def fail() -> NoReturn:
        raise ZeroDivisionError

    context.app.add_url_rule("/fail", view_func=fail)
    apply_metrics(context)
    context.app.test_client().get("/fail")
    context.app.testing = True
    with pytest.raises(ZeroDivisionError):
        context.app.test_client().get("/fail")

    assert read_metrics(context)[REQUESTS, "GET", "/fail", "500"] == 2


def test_the_report_is_told(context: StepBench) -> None:
    """Which profile serves, and what works only in part."""
    context.report.boot = Boot("reload", 7)
    context.report.steps += [
        StepReport("config", "env", "env"),
        StepReport("extension", "mail", "mail", Outcome.PARTIAL, "no route"),
        StepReport("extension", "sentry", "sentry", Outcome.SKIPPED, "when is false"),
    ]
    context.report.read_outcomes = lambda: {("boot", "ok"): 3, ("reload", "rejected"): 2}
    apply_metrics(context)

    found = read_metrics(context)

    assert found["assembler_info", DIGEST, "7", "web"] == 1
    assert found["assembler_steps", "done"] == 1
    assert found["assembler_steps", "partial"] == 1
    assert found["assembler_step_incomplete", "extension", "partial", "mail"] == 1
    assert found["assembler_step_incomplete", "extension", "skipped", "sentry"] == 1
    assert found["assembler_worker_boots_total", "ok"] == 3
    assert found["assembler_reloads_total", "reload", "rejected"] == 2
    assert not [key for key in found if key[0].startswith("assembler_gevent_loop_lag")]


def test_the_projects_own_metrics_are_told(context: StepBench) -> None:
    """They are in the library's registry, as the process's own are."""
    sold = Counter("shop_sold_total", "Sold.")
    try:
        sold.inc(3)
        apply_metrics(context)

        found = read_metrics(context)
    finally:
        REGISTRY.unregister(sold)

    assert found["shop_sold_total",] == 3
    assert "python_info" in {key[0] for key in found}


def test_metrics_that_cannot_be_read_are_no_answer(
    context: StepBench, caplog: pytest.LogCaptureFixture
) -> None:
    """The cause is in the log."""
    apply_metrics(context)

    def fail() -> NoReturn:
        raise OSError(28, "No space left on device")

    context.report.read_outcomes = fail
    answer = context.app.test_client().get("/metrics")

    assert answer.status_code == 503
    assert "the metrics cannot be read: OSError: " in caplog.text
    assert "No space left" not in answer.text


def test_each_app_counts_alone(context: StepBench, tmp_path: Path) -> None:
    """A test suite makes many of them."""
    apply_metrics(context)
    context.app.test_client().get("/shops/oslo")
    other = StepBench(Flask(__name__), tmp_path)
    apply_metrics(other)

    assert [key for key in read_metrics(other) if key[0] == REQUESTS] == []


def test_path_and_bounds_can_be_chosen(context: StepBench) -> None:
    """Of the path the blueprint is told, too."""
    apply_metrics(context, path="/internal/metrics.txt", buckets_seconds=[0.5, 2])
    context.app.test_client().get("/shops/oslo")

    found = read_metrics(context, "/internal/metrics.txt")

    bounds = [key[1] for key in found if key[0] == DURATION + "_bucket"]
    assert bounds == ["0.5", "2.0", "+Inf"]
    assert context.report.own_views.keys() == {"/internal/metrics.txt"}


@pytest.mark.parametrize(
    "options",
    [
        {"path": ""},
        {"path": "metrics"},
        {"buckets_seconds": []},
        {"buckets_seconds": [0]},
        {"buckets_seconds": [1, 1]},
        {"buckets_seconds": [float("inf")]},
    ],
)
def test_wrong_options_are_refused(context: StepBench, options: dict[str, object]) -> None:
    """With the reason."""
    with pytest.raises(ValidationError, match=r"a path|each bound|1 item|greater|finite"):
        apply_step(context, "metrics", **options)


def test_a_path_that_the_app_has_is_refused(context: StepBench) -> None:
    """Of two routes alike only the first would answer."""
    context.app.add_url_rule("/metrics", view_func=lambda: "mine", endpoint="mine")

    with pytest.raises(StepFault, match='already has a route "/metrics"'):
        apply_step(context, "metrics")


def test_the_use_of_pools_is_told(context: StepBench, postgres_url: str) -> None:
    """For the database and each bind that has a pool with a limit."""
    context.app.config["SQLALCHEMY_BINDS"] = {"old": postgres_url, "notes": "sqlite://"}
    db = apply_step(context, "database", url=postgres_url, pool_size=2, max_overflow=1)
    apply_metrics(context)
    with context.app.app_context(), db.engine.connect(), db.engine.connect():
        with db.engine.connect():
            full = read_metrics(context)
        found = read_metrics(context)

    told = "assembler_pool_connections"
    assert full[told, "default", "in_use"] == 3
    assert (found[told, "default", "in_use"], found[told, "default", "idle"]) == (2, 1)
    assert found[told + "_limit", "default"] == 3
    assert found[told + "_limit", "old"] == 15
    assert (told, "notes", "in_use") not in found
