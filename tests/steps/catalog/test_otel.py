"""The catalogue step `otel`: each test in processes of its own, since it changes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from celery import Celery
from pydantic import ValidationError

from assembler.steps.otel_options import OtelOptions
from tests.support.otel_collector import Collector, start_collector
from tests.support.processes import free_port, http_get, run_cli
from tests.support.projects import HEAD, write_files
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.redis import RedisServer

# Not gRPC, whose threads no fork has.
PREPARED = (
    *("flask", "opentelemetry.sdk.metrics.export", "opentelemetry.sdk.trace.export"),
    *("assembler.steps.catalog.otel", "requests", "tests.support.step_context"),
)
PROGRAM = """
import json, logging, sys
from pathlib import Path
from flask import Flask
from assembler.report import Boot
from tests.support.step_context import StepBench, apply_step

given = json.loads(sys.argv[1])
app = Flask("shop")
bench = StepBench(app, Path.cwd(), env={})
bench.report.boot = Boot(is_canary=given.get("is_canary", False))

def start():
    apply_step(bench, "logging")
    apply_step(bench, "request_id", trust=True)
    found = apply_step(bench, "otel", **given["options"])
    bench.finish()
    return found
"""
TASKS = """
import os
from celery import shared_task

@shared_task
def sell():
    print("PID", os.getpid(), flush=True)
"""
SERVED = """
app.add_url_rule("/", "index", lambda: app.logger.info("sold") or "well")
"""


@pytest.fixture
def collector(process: StartProcess) -> Collector:
    """Start a collector."""
    return start_collector(process)


def run(folder: Path, program: str, **given: object) -> tuple[str, str]:
    """Run ``program`` after the common one, and return what it prints and logs."""
    write_files(folder, {"program.py": PROGRAM + program})
    args = ["-W", "error", "-m", "tests.support.forked_script", "program.py", json.dumps(given)]
    done = run_cli(args, folder, prepared=PREPARED)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_traces_metrics_and_logs_arrive(
    collector: Collector, tmp_path: Path, protocol: str
) -> None:
    """With what the process is, and the ids that the log has; the end waits for it."""
    program = f"""{SERVED}
start()
app.test_client().get("/", headers={{"X-Request-ID": "r1"}})
bench.close()
"""
    options = {
        "protocol": protocol,
        "endpoint": getattr(collector, protocol),
        "resource": {"deployment.environment": "tests"},
    }
    _, log = run(tmp_path, program, options=options)

    (span,) = collector.wait_for("trace", lambda span: span["name"] == "GET /")
    assert span["attributes"]["request_id"] == "r1"
    resource = span["resource"]
    assert resource["service.name"] == "shop"
    assert (resource["assembler.profile"], resource["assembler.role"]) == ("web", "web")
    assert resource["assembler.digest"].startswith("sha256:")
    assert resource["deployment.environment"] == "tests"
    (record,) = collector.wait_for("logs", lambda record: record["name"] == "sold")
    assert record["trace"] == span["trace"]
    assert f"request_id=r1 trace_id={span['trace']}" in log
    collector.wait_for("metrics", lambda metric: metric["name"].startswith("http.server."))


def test_each_instrumentation_makes_spans(
    process: StartProcess,
    collector: Collector,
    tmp_path: Path,
    redis_server: RedisServer,
    postgres_url: str,
) -> None:
    """None is in the list without a word: SQLAlchemy's own would be, with SQLAlchemy 2.1."""
    program = """
import celery, psycopg2, redis, requests, sqlalchemy
from flask_sqlalchemy import SQLAlchemy

app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)
tasks = celery.Celery("shop", broker=given["redis"], set_as_current=False)
start()
with app.app_context():
    db.session.execute(sqlalchemy.text("SELECT 1"))
    db.session.remove()
later = sqlalchemy.create_engine("sqlite://")
with later.connect() as connection:
    connection.execute(sqlalchemy.text("SELECT 2"))
connection = psycopg2.connect(given["postgres"])
connection.cursor().execute("SELECT 3")
connection.close()
client = redis.Redis.from_url(given["redis"])
client.get("till")
client.close()
requests.get(given["http"] + "/missing")
tasks.send_task("shop.close", countdown=60)
tasks.close()
with app.app_context():
    db.engine.dispose()
later.dispose()
bench.close()
"""
    names = ["flask", "sqlalchemy", "psycopg2", "redis", "celery", "requests"]
    run(
        tmp_path,
        program,
        options={"endpoint": collector.grpc, "instrument": names, "signals": ["traces"]},
        redis=redis_server.url,
        postgres=postgres_url,
        http=start_missing(process),
    )

    collector.wait_for("trace", lambda span: span["scope"].endswith(".celery"))
    spans = {(span["scope"].rpartition(".")[2], span["name"]) for span in collector.find("trace")}
    assert {scope for scope, _ in spans} == {*names} - {"flask"}
    statements = [
        span["attributes"].get("db.statement")
        for span in collector.find("trace")
        if span["scope"].endswith(".sqlalchemy")
    ]
    assert {"SELECT 1", "SELECT 2"} <= {*statements}


def start_missing(process: StartProcess) -> str:
    """Serve HTTP, and return where."""
    port = free_port()
    running = process(["-m", "http.server", str(port), "--bind", "127.0.0.1"])
    running.wait_for_port(port)
    return f"http://127.0.0.1:{port}"


def test_a_canary_sends_nothing(collector: Collector, tmp_path: Path) -> None:
    """Its requests are traced all the same."""
    program = f"""{SERVED}
start()
app.test_client().get("/")
bench.close()
"""
    _, log = run(tmp_path, program, options={"endpoint": collector.grpc}, is_canary=True)

    assert "trace_id=" in log
    assert [collector.find(signal) for signal in ("trace", "metrics", "logs")] == [[], [], []]


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_the_end_does_not_wait_long_for_a_collector_that_is_away(
    tmp_path: Path, protocol: str
) -> None:
    """Its exporters would try again for longer than the tests wait."""
    program = f"""{SERVED}
start()
app.test_client().get("/")
bench.close()
print("closed")
"""
    options = {
        "protocol": protocol,
        "endpoint": f"http://127.0.0.1:{free_port()}",
        "timeout_seconds": 60,
        "flush_seconds": 0.2,
    }
    assert run(tmp_path, program, options=options)[0] == "closed\n"


def test_apps_of_one_process_are_instrumented_once_each(
    collector: Collector, tmp_path: Path
) -> None:
    """The second one's spans are its own, and nothing is warned of."""
    program = f"""{SERVED}
import requests
start()
bench.close()
app = Flask("second")
bench = StepBench(app, Path.cwd(), env={{}})
{SERVED}
start()
app.test_client().get("/")
bench.close()
"""
    options = {"endpoint": collector.grpc, "instrument": ["flask", "requests"]}
    _, log = run(tmp_path, program, options=options)

    (span,) = collector.wait_for("trace", lambda span: span["name"] == "GET /")
    assert span["resource"]["service.name"] == "second"
    assert "WARNING" not in log


def write(collector: Collector, patches: str, protocol: str = "grpc") -> str:
    """Return a profile of two workers that send what they do."""
    where = f"protocol: {protocol}, endpoint: '{getattr(collector, protocol)}'"
    options = f"{{{where}, instrument: [flask, requests], metrics_interval_seconds: 0.5}}"
    return f"""patches: {patches}
extensions:
  - {{use: logging, with: {{format: json}}}}
  - request_id
  - {{use: otel, with: {options}}}
  - tests.runner_app:add_routes
server: {{workers: 2, with: {{accesslog: "-"}}}}
"""


@pytest.mark.prepared
@pytest.mark.parametrize(
    ("patches", "protocol"),
    [("[]", "grpc"), ("[gevent, grpc, psycopg2]", "grpc"), ("[gevent, psycopg2]", "http")],
)
def test_workers_of_either_kind_send(
    process: StartProcess, collector: Collector, tmp_path: Path, patches: str, protocol: str
) -> None:
    """Each has providers of its own, and the access log has the ids of the traces."""
    served = Served.start(process, tmp_path, write(collector, patches, protocol))
    pids = {http_get(f"{served.url}/process").json()["pid"] for _ in range(20)}
    served.process.terminate()

    spans = collector.wait_for("trace", lambda span: span["name"] == "GET /process")
    assert len(spans) == 20
    assert {span["resource"]["process.pid"] for span in spans} == pids
    lines = [json.loads(line) for line in served.process.stdout.splitlines()]
    asked = {line["trace_id"] for line in lines if line["path"] == "/process"}
    assert asked == {span["trace"] for span in spans}


@pytest.mark.prepared
def test_grpc_that_would_block_the_loop_is_refused(
    process: StartProcess, collector: Collector, tmp_path: Path
) -> None:
    """With both remedies."""
    served = Served.start_unready(process, tmp_path, write(collector, "[gevent, psycopg2]"))

    assert served.process.wait() == 1
    assert "would block gevent's event loop" in served.process.stderr
    assert "Add `grpc` to `patches`" in served.process.stderr


def test_tasks_in_a_child_are_traced(
    process: StartProcess, collector: Collector, tmp_path: Path, redis_server: RedisServer
) -> None:
    """The providers are the child's."""
    profile = f"""role: worker
worker: {{pool: prefork, concurrency: 1}}
extensions:
  - logging
  - {{use: celery, with: {{broker_url: "{redis_server.url}", include: [project]}}}}
  - {{use: otel, with: {{endpoint: "{collector.grpc}", instrument: [celery]}}}}
"""
    write_files(tmp_path, {"profile.yaml": HEAD + profile, "project.py": TASKS})
    worker = process(
        ["-m", "assembler", "worker", "profile.yaml", "--", "--without-mingle"], tmp_path
    )
    worker.wait_for_line(r"celery@\S+ ready")
    with Celery(broker=redis_server.url, set_as_current=False) as celery:
        celery.send_task("project.sell")
    pid = int(worker.wait_for_line(r"PID (\d+)")[1])

    (span,) = collector.wait_for("trace", lambda span: span["name"] == "run/project.sell")
    assert span["resource"]["process.pid"] == pid


@pytest.mark.parametrize(
    "options",
    [
        {"protocol": "udp"},
        {"endpoint": "localhost:4317"},
        {"instrument": ["django"]},
        {"signals": []},
        {"sample_rate": 2},
        {"excluded_urls": ["("]},
    ],
)
def test_what_is_no_option_is_refused(options: dict[str, object]) -> None:
    """At lint."""
    with pytest.raises(ValidationError):
        OtelOptions.model_validate(options)
