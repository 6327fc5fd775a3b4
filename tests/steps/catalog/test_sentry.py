"""The catalogue step `sentry`: each test in a process of its own, since Sentry changes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from flask import Flask
from pydantic import ValidationError

from assembler.diagnostics.faults import StepFault
from assembler.steps.catalog.sentry import SentryOptions
from tests.support.processes import http_get, run_cli
from tests.support.projects import HEAD, write_files
from tests.support.sentry_sink import SentrySink, serve_sentry
from tests.support.served import Served
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.redis import RedisServer

# Not what its integrations are of: it looks at what is loaded.
PREPARED = ("flask", "sentry_sdk", "assembler.steps.catalog.sentry", "tests.support.step_context")
PROGRAM = """
import json, sys
from pathlib import Path
from flask import Flask
from assembler.diagnostics.faults import StepFault
from assembler.report import Boot
from tests.support.step_context import StepBench, apply_step

given = json.loads(sys.argv[1])
app = Flask("shop")
app.config.update(given.get("config", {}))
bench = StepBench(app, Path.cwd())
bench.report.scrub = lambda text: text.replace("s3cret", "***")
bench.report.boot = Boot(is_canary=given.get("is_canary", False))

@app.get("/fail/<what>")
def fail(what):
    raise RuntimeError("no " + what)

def before_send(event, hint):
    event["tags"]["own"] = "s3cret tag"
    return event

def start(**options):
    apply_step(bench, "request_id", trust=True)
    found = apply_step(bench, "sentry", **given["options"], **options)
    bench.finish()
    return found
"""


@pytest.fixture
def sink() -> Iterator[SentrySink]:
    """Serve a sink."""
    with serve_sentry() as sink:
        yield sink


def run(folder: Path, program: str, **given: object) -> str:
    """Run ``program`` after the common one, and return what it prints."""
    write_files(folder, {"program.py": PROGRAM + program})
    args = ["-W", "error", "-m", "tests.support.forked_script", "program.py", json.dumps(given)]
    done = run_cli(args, folder, prepared=PREPARED)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_error_is_reported_with_what_the_app_knows_masked(
    sink: SentrySink, tmp_path: Path
) -> None:
    """With the profile, its role and the request's id; the end waits until it is sent."""
    program = """
start(before_send=before_send, environment="tests", release="7")
app.test_client().get("/fail/s3cret", headers={"X-Request-ID": "r1"})
bench.close()
"""
    run(tmp_path, program, options={"dsn": sink.dsn})

    (event,) = sink.find("event")
    (error,) = event["exception"]["values"]
    assert (error["type"], error["value"]) == ("RuntimeError", "no ***")
    assert (event["environment"], event["release"]) == ("tests", "7")
    assert event["transaction"] == "fail"
    assert event["contexts"]["assembler"]["digest"].startswith("sha256:")
    assert event["tags"] == {
        "assembler.profile": "web",
        "assembler.role": "web",
        "own": "*** tag",
        "request_id": "r1",
    }
    assert "s3cret" not in json.dumps(event)


def test_logs_and_metrics_are_masked_after_hooks_of_the_project(
    sink: SentrySink, tmp_path: Path
) -> None:
    """Whatever is switched on by `settings`; a hook there does not take the masking's place."""
    program = """
import sentry_sdk

def add(item, hint):
    item["attributes"]["own"] = "s3cret note"
    return item

start(settings={"enable_logs": True, "before_send_log": add})
sentry_sdk.logger.info("sold s3cret")
sentry_sdk.metrics.count("sold", 1, attributes={"what": "s3cret"})
bench.close()
"""
    run(tmp_path, program, options={"dsn": sink.dsn})

    sent = [*sink.find("log"), *sink.find("trace_metric")]
    assert len(sent) == 2
    assert "sold ***" in json.dumps(sent)
    assert "*** note" in json.dumps(sent)
    assert "s3cret" not in json.dumps(sent)


@pytest.mark.parametrize("name", ["before_send", "functions_to_trace"])
def test_settings_that_go_round_the_step_are_refused(tmp_path: Path, name: str) -> None:
    """The masking, and the policy."""
    context = StepBench(Flask(__name__), tmp_path)
    with pytest.raises(StepFault) as raised:
        apply_step(context, "sentry", dsn="https://a@b/1", settings={name: []})
    assert raised.value.option == ("settings", name)


def test_each_integration_makes_spans(
    sink: SentrySink, tmp_path: Path, redis_server: RedisServer
) -> None:
    """Those whose libraries the app has loaded once it is assembled."""
    program = """
import celery, redis, sqlalchemy
engine = sqlalchemy.create_engine("sqlite://")
client = redis.Redis.from_url(given["redis"])
tasks = celery.Celery("shop", broker=given["redis"], set_as_current=False)

@app.get("/work")
def work():
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("SELECT 's3cret'"))
    client.get("till")
    tasks.send_task("shop.close", countdown=60)
    return "done"

start()
print(app.test_client().get("/work").text)
tasks.close()
client.close()
engine.dispose()
bench.close()
"""
    options = {"dsn": sink.dsn, "traces_sample_rate": 1}
    assert run(tmp_path, program, options=options, redis=redis_server.url) == "done\n"

    (traced,) = sink.find("transaction")
    spans = {(span["op"], span["description"]) for span in traced["spans"]}
    assert {("db", "SELECT '***'"), ("queue.submit.celery", "shop.close")} <= spans
    assert any(op == "db.redis" and "till" in text for op, text in spans)


def test_a_list_of_integrations_is_all_there_is(sink: SentrySink, tmp_path: Path) -> None:
    """Besides those of the standard library."""
    program = """
import sqlalchemy
print(sorted(start().integrations.keys() & {"flask", "celery", "redis", "sqlalchemy"}))
bench.close()
"""
    options = {"dsn": sink.dsn, "integrations": ["flask", "redis"]}

    assert run(tmp_path, program, options=options) == "['flask', 'redis']\n"


def test_a_canary_and_an_app_without_a_dsn_send_nothing(sink: SentrySink, tmp_path: Path) -> None:
    """The canary's client is made all the same: what is wrong with it is found."""
    program = """
print(type(start()).__name__, bench.report.notes)
app.test_client().get("/fail/x")
bench.close()
"""
    canary = run(tmp_path, program, options={"dsn": sink.dsn}, is_canary=True)
    config = run(tmp_path, program, options={}, config={"SENTRY_DSN": ""})

    assert canary == "_Client []\n"
    assert config == "NoneType ['sentry: there is no DSN, nothing is sent']\n"
    assert sink.items == []
    run(tmp_path, program, options={}, config={"SENTRY_DSN": sink.dsn})
    assert len(sink.find("event")) == 1


def test_the_end_waits_for_a_server_that_does_not_answer_but_not_long(
    sink: SentrySink, tmp_path: Path
) -> None:
    """The process is gone while the request still waits."""
    sink.answers.clear()
    program = """
start(flush_seconds=0.2)
app.test_client().get("/fail/x")
bench.close()
print("closed")
"""
    assert run(tmp_path, program, options={"dsn": sink.dsn}) == "closed\n"
    assert not sink.answers.is_set()


@pytest.mark.parametrize(
    "options",
    [
        {"dsn": "https://s3cret"},
        {"dsn": "https://k@sentry.example.org/1", "settings": {"no_such": 1}},
        {"dsn": "https://k@sentry.example.org/1", "integrations": ["redis"]},
    ],
)
def test_what_sentry_does_not_accept_is_said(tmp_path: Path, options: dict[str, Any]) -> None:
    """Without the DSN."""
    program = """
sys.modules["redis"] = None
try:
    start()
except StepFault as fault:
    print(fault.message, fault.hint)
"""
    said = run(tmp_path, program, options=options)

    expected = "has no library" if "integrations" in options else "does not accept the options"
    assert expected in said
    assert "s3cret" not in said


@pytest.mark.prepared
@pytest.mark.parametrize("patches", ["", "patches: [gevent, psycopg2]\n"])
def test_workers_of_either_kind_report(
    process: StartProcess, sink: SentrySink, tmp_path: Path, patches: str
) -> None:
    """The client is started in each, after the patches."""
    text = f"{patches}extensions:\n  - use: sentry\n    with: {{dsn: '{sink.dsn}'}}\n"
    served = Served.start(
        process, tmp_path, f"{text}  - tests.runner_app:add_routes\nserver: {{workers: 2}}\n"
    )
    for _ in range(3):
        assert http_get(f"{served.url}/error").status == 500
    events = sink.wait_for("event", 3)
    served.process.terminate()

    assert {event["exception"]["values"][0]["value"] for event in events} == {"an error of the app"}
    assert len(sink.find("event")) == 3


@pytest.mark.parametrize("pool", ["prefork", "gevent"])
def test_a_task_that_fails_is_reported(
    process: StartProcess, sink: SentrySink, tmp_path: Path, redis_server: RedisServer, pool: str
) -> None:
    """From a child too, whose tasks Celery has prepared before the app is assembled."""
    profile = f"""role: worker
worker: {{pool: {pool}, concurrency: 1}}
patches: {"[gevent]" if pool == "gevent" else "[]"}
extensions:
  - logging
  - {{use: celery, with: {{broker_url: "{redis_server.url}", include: [project]}}}}
  - {{use: sentry, with: {{dsn: "{sink.dsn}"}}}}
"""
    tasks = (
        "from celery import shared_task\n\n@shared_task\ndef fail():\n    raise KeyError('till')\n"
    )
    write_files(tmp_path, {"profile.yaml": HEAD + profile, "project.py": tasks})
    worker = process(
        ["-m", "assembler", "worker", "profile.yaml", "--", "--without-mingle"], tmp_path
    )
    worker.wait_for_line(r"celery@\S+ ready")
    with Celery(broker=redis_server.url, set_as_current=False) as celery:
        celery.send_task("project.fail")

    (event,) = sink.wait_for("event")
    assert event["exception"]["values"][-1]["type"] == "KeyError"
    assert event["tags"]["assembler.role"] == "worker"
    assert event["transaction"] == "project.fail"


@pytest.mark.parametrize(
    "options",
    [{"sample_rate": 2}, {"integrations": ["django"]}, {"before_send": "x"}, {"flush_seconds": 0}],
)
def test_what_is_no_option_is_refused(options: dict[str, object]) -> None:
    """At lint."""
    with pytest.raises(ValidationError):
        SentryOptions.model_validate(options)
