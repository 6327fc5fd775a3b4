"""The store: as 28 modules by hand, and as catalogue steps alone, in every role.

Both are started once, side by side, with all that they need for real: PostgreSQL, Redis, and who
takes mail, errors and telemetry.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from redis import Redis

from tests.support.building import build_elsewhere
from tests.support.otel_collector import Collector, start_collector
from tests.support.postgres import with_driver
from tests.support.processes import run_cli, wait_until
from tests.support.sentry_sink import serve_sentry
from tests.support.smtp_sink import serve_smtp
from tests.support.store_service import GREENLETS, PROJECT, Store, StoreAnswer, read_sales

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.postgres import PostgresServer
    from tests.support.redis import RedisServer
    from tests.support.sentry_sink import SentrySink
    from tests.support.smtp_sink import MailSink

WAYS = ("by_hand", "by_steps")
ORDERS = "/api/orders"
SHOP = {"headers": {"Origin": "https://shop.example.org"}}
EVIL = {"headers": {"Origin": "https://evil.example.org"}}
PREFLIGHT = {"headers": {**SHOP["headers"], "Access-Control-Request-Method": "POST"}}
PROXIED = {"headers": {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"}}
ADA = {"headers": {"Authorization": "Bearer token-ada"}}
BO = {"headers": {"Authorization": "Bearer token-bo"}}
# What is asked, with what, and the status of the answer.
TABLE: list[tuple[str, dict[str, Any], int]] = [
    ("GET /", {"headers": {"X-Request-ID": "given-1"}}, 200),
    ("GET /", {}, 200),
    ("GET /products", {"headers": {"Accept-Encoding": "gzip"}}, 200),
    ("GET /products", {}, 200),
    ("GET /forms", {}, 200),
    ("GET /where", PROXIED, 200),
    ("GET /visits", {}, 200),
    ("GET /visits", {}, 200),
    ("PUT /files/note", {"data": "lamps"}, 201),
    ("GET /files/note", {}, 200),
    ("GET /files/other", {}, 404),
    ("GET /old", {"headers": {"X-Request-ID": "given-2"}}, 200),
    ("GET /fail", {"headers": {"X-Request-ID": "given-3"}}, 500),
    ("GET /nothing", {}, 404),
    ("DELETE /", {}, 405),
    ("GET /me", {}, 401),
    ("POST /login", {"data": {"name": "ada", "token": "guessed"}}, 403),
    ("POST /login", {"data": {"name": "ada", "token": "token-ada"}}, 200),
    ("GET /me", {}, 200),
    ("POST /logout", {}, 204),
    ("GET /me", {}, 401),
    ("GET /me", BO, 200),
    (f"POST {ORDERS}", {"json": {"sku": "lamp-02", "amount": 3}}, 401),
    (f"POST {ORDERS}", {"json": {"sku": "lamp-02", "amount": 3, "discount": "half"}, **ADA}, 201),
    (f"POST {ORDERS}", {"json": {"sku": "lamp-02", "amount": 0}, **ADA}, 422),
    (f"POST {ORDERS}", {"json": {"sku": "lamp-02", "amount": 6}, **ADA}, 409),
    (f"POST {ORDERS}", {"json": {"sku": "chair", "amount": 1}, **ADA}, 404),
    (f"GET {ORDERS}/1", SHOP, 200),
    (f"GET {ORDERS}/1", EVIL, 200),
    (f"GET {ORDERS}/77", SHOP, 404),
    (f"OPTIONS {ORDERS}", PREFLIGHT, 200),
    ("OPTIONS /me", PREFLIGHT, 200),
    ("GET /log", {}, 200),
    ("GET /count", {}, 200),
    ("GET /openapi.json", {}, 200),
    ("GET /health/live", {}, 200),
]
STEPS = [{"request": request, **options} for request, options, _ in TABLE]
STATUSES = [status for *_, status in TABLE]
QUEUES = {"prefork": None, "gevent": GREENLETS}
TASKS: dict[str, list[object]] = {"tell": ["lamp-03"], "fail": [], "confirm": [1]}
LAST = ("/files/letter-1", "/health/ready", "/metrics")
LOST = "LookupError('no such task')"
LETTER = "Dear ada,\r\n3 lamp-02 for 3.75.\r\n"
JOB = ("restock", "lamp-05", "5")
DEBUGGED = ("/forms", "/where", "/fail")
# What belongs to no test of servers: nothing is reported, and telemetry is of something else.
ELSEWHERE = {"SENTRY_DSN": "", "SERVICE_NAME": "elsewhere"}


@dataclass
class Around:
    """What both have around them."""

    mails: MailSink
    errors: SentrySink
    collector: Collector


@dataclass
class Seen:
    """What one of the two did."""

    answers: list[StoreAnswer]
    readiness: int
    results: dict[str, object]  # of tasks, by their names and the pool
    sales: dict[str, float]  # what Prometheus is told of requests
    log: list[str]  # of the web role
    ended: dict[str, int]  # how each process ended
    mails: list[tuple[str, ...]]
    errors: list[tuple[str, ...]]
    spans: set[tuple[str, str]]
    metrics: set[tuple[str, str]]


@dataclass
class SeenAlone:
    """What one of the two did in roles that need no other process."""

    job: tuple[int, str]  # how it ended, and what it printed
    debugged: list[StoreAnswer]
    tested: list[Any]  # by `create_app`


@pytest.fixture
def around(process: StartProcess) -> Iterator[Around]:
    """Take mail, errors and telemetry."""
    with serve_smtp() as mails, serve_sentry() as errors:
        yield Around(mails, errors, start_collector(process))


@pytest.fixture
def stores(
    around: Around, postgres_server: PostgresServer, redis_server: RedisServer, tmp_path: Path
) -> Iterator[dict[str, Store]]:
    """Return both, migrated; nothing runs yet."""
    with ExitStack() as stack:
        made = {}
        for number, way in enumerate(WAYS):
            url = stack.enter_context(postgres_server.create_database())
            env = {
                "DATABASE_URL": with_driver(url, "psycopg2"),
                "REDIS_URL": f"redis://127.0.0.1:{redis_server.port}/{number}",
                "COLLECTOR": around.collector.grpc,
                "MAIL_PORT": str(around.mails.port),
                "MAIL_SENDER": f"{way}@example.org",
                "SENTRY_DSN": around.errors.dsn,
                "SERVICE_NAME": way,
                "SECRET_KEY": "8f1b6d0c5a7e4f3bbdb1a0c2d9e8f705",
                "OTEL_BSP_SCHEDULE_DELAY": "200",
                "PYTHONHASHSEED": "0",  # the order in which Werkzeug lists methods
            }
            made[way] = Store.copy(way, tmp_path / way, env)
            stack.callback(made[way].kill)
            made[way].start("migrate", "migrate", "migrations")
        assert [store.wait_for_end() for store in made.values()] == [{"migrate": 0}] * 2
        yield made


@pytest.fixture
def seen(stores: dict[str, Store], around: Around) -> dict[str, Seen]:
    """Return what both did, as web, workers and beat at once; they are asked side by side."""
    for store in stores.values():
        store.serve("web")
        store.start_celery()
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda store: see(store, around), stores.values())
        return dict(zip(stores, found, strict=True))


def see(store: Store, around: Around) -> Seen:
    """Ask a store all that there is to ask, and end it."""
    store.wait("web")
    answers = store.ask(STEPS)
    results = {}
    for pool, queue in QUEUES.items():
        store.wait(pool)
        for name, args in TASKS.items():
            results[f"{name} {pool}"] = store.call(name, *args, queue=queue)
    wait_for_rest(store, around)
    (letter, ready, metrics) = store.ask({"request": f"GET {path}"} for path in LAST)
    ended = store.stop()
    for signal, name in (("trace", "apply_async/store.tasks.sweep"), ("metrics", "store.pieces")):
        around.collector.wait_for(signal, partial(is_named, store.way, name))
    return Seen(
        answers=[*answers, letter],
        readiness=ready[0],
        results=results,
        sales=read_sales(metrics[2]),
        log=store.read_log("web"),
        ended=ended,
        mails=find_mails(store.way, around),
        errors=find_errors(store.way, around),
        spans=find_names(store.way, around, "trace"),
        metrics=find_names(store.way, around, "metrics"),
    )


@pytest.fixture
def seen_alone(seen: dict[str, Seen], stores: dict[str, Store]) -> Iterator[dict[str, SeenAlone]]:
    """Return what both then did by a job, in debug and in tests, without errors to report."""
    changed = {way: stores[way].change(ELSEWHERE) for way in seen}
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        for store in changed.values():
            stack.callback(store.kill)
            store.start("job", "flask --only database,commands", "job", *JOB)
            store.serve("debug", "--no-reload")
        found = pool.map(see_alone, changed.values())
        yield dict(zip(changed, found, strict=True))


def see_alone(store: Store) -> SeenAlone:
    """Wait for the job, ask in debug, and in a process of a test."""
    tested = build_tested(store)
    job = store.running["job"]
    store.wait("debug")
    debugged = store.ask({"request": f"GET {path}"} for path in DEBUGGED)
    return SeenAlone((job.wait(), job.stdout), [_shorten(one) for one in debugged], tested)


def _shorten(answer: StoreAnswer) -> StoreAnswer:
    """Return an answer; of a page about what failed, which has secrets in it, only what it says."""
    status, _, body = answer
    title = re.search(r"<title>(.*?)\s", body)
    return (status, {}, title[1]) if title else answer


def build_tested(store: Store) -> Any:  # noqa: ANN401 - JSON
    """Return what the app of the role test answers, in a process without a server."""
    profile = f"profiles/{store.way}/test.yaml"
    order = {"profile": profile, "env": store.env, "conversation": STEPS}
    (found,) = build_elsewhere([order], store.folder, modules=store.folder)
    return found["answers"]


def wait_for_rest(store: Store, around: Around) -> None:
    """Wait for what comes by itself: beat's first round, letters and errors."""
    with Redis.from_url(store.env["REDIS_URL"]) as redis:
        wait_until(lambda: redis.get("sweeps"), "a task of beat's")
    wait_until(lambda: len(find_mails(store.way, around)) >= 3, "letters")
    wait_until(lambda: len(find_errors(store.way, around)) >= 3, "errors")


def find_mails(way: str, around: Around) -> list[tuple[str, ...]]:
    """Return what a store has sent: to whom, about what, and the letter."""
    return sorted(
        (mail["To"], mail["Subject"], mail.get_content())
        for mail in list(around.mails.mails)
        if mail["From"] == f"{way}@example.org"
    )


def find_errors(way: str, around: Around) -> list[tuple[str, ...]]:
    """Return what a store has reported: the error, where it was raised, and the release."""
    events = [event for event in around.errors.find("event") if event["environment"] == way]
    return sorted(
        (error["type"], error["value"], event["transaction"], event["release"])
        for event in events
        for error in event["exception"]["values"]
    )


def find_names(way: str, around: Around, signal: str) -> set[tuple[str, str]]:
    """Return what a store has sent of a signal: who made it, and its name.

    Without the name of the database, and what Celery itself asks Redis, which is as it happens.
    """
    found = {
        (one["scope"].rpartition(".")[2], re.sub(r" test_\w+", "", one["name"]))
        for one in around.collector.find(signal)
        if one["resource"]["service.name"] == way
    }
    return {(scope, name) for scope, name in found if scope != "redis" or name == "INCRBY"}


def is_named(way: str, name: str, found: dict[str, Any]) -> bool:
    """Return whether something of OpenTelemetry's is a store's, and has this name."""
    return (found["resource"]["service.name"], found["name"]) == (way, name)


def test_both_do_the_same_in_every_role(
    seen: dict[str, Seen], seen_alone: dict[str, SeenAlone]
) -> None:
    """Answers, tasks, letters, errors, log and telemetry; and it is what they should do."""
    by_hand, by_steps = (seen[way] for way in WAYS)
    alone_by_hand, alone = (seen_alone[way] for way in WAYS)

    for row, *both in zip([*TABLE, LAST[0]], by_hand.answers, by_steps.answers, strict=True):
        assert both[1] == both[0], row
    assert by_steps == by_hand
    assert alone == alone_by_hand
    assert [answer[0] for answer in by_steps.answers] == [*STATUSES, 200]
    assert by_steps.readiness == 200
    assert set(by_steps.ended.values()) == {0}
    told = {"stock": 10, "zone": ["CET", "CEST"], "version": "1.13.3"}
    wanted = {"tell": told, "fail": LOST, "confirm": {"number": 1, "total": "3.75"}}
    assert by_steps.results == {f"{name} {pool}": wanted[name] for pool in QUEUES for name in TASKS}
    assert by_steps.mails == [("ada@example.org", "Order 1", LETTER)] * 3
    lost = ("LookupError", "no such task", "store.tasks.fail", "1.13.3")
    assert by_steps.errors == [lost, lost, ("RuntimeError", "no such luck", "pages.fail", "1.13.3")]
    assert by_steps.sales[('method="GET",route="/visits",status="200"')] == 2
    assert "INFO store given-1 GET / 200" in by_steps.log
    assert "ERROR store given-3 Exception on /fail [GET]" in by_steps.log
    assert any("FutureWarning: this page is old" in line for line in by_steps.log)
    assert {scope for scope, _ in by_steps.spans} == {"celery", "flask", "redis", "sqlalchemy"}
    assert ("celery", "run/store.tasks.confirm") in by_steps.spans
    assert alone.job == (0, "lamp-05: 15\n")
    assert alone.debugged[0][2].startswith('{\n  "1": "first",\n')
    assert alone.debugged[-1] == (500, {}, "RuntimeError:")
    assert {"raised": "builtins:RuntimeError: no such luck"} in alone.tested


def test_one_is_28_modules_and_the_other_has_none_of_its_own() -> None:
    """Whatever the steps name is in models, views and tasks, or in a library."""
    steps = (PROJECT / "profiles" / "by_steps" / "base.yaml").read_text("utf-8")
    modules = (PROJECT / "profiles" / "by_hand" / "base.yaml").read_text("utf-8")

    assert len(re.findall(r"use: by_hand\.ext_\w+", modules)) == 28
    assert "by_hand" not in steps
    own = {"models", "tasks", "views"}
    assert set(re.findall(r"\bstore\.(\w+)", steps)) == own
    assert {file.stem for file in (PROJECT / "store").glob("*.py")} == {*own, "__init__"}


def test_nothing_is_found_in_their_profiles() -> None:
    """As they are written, with the policy that says what they may name."""
    done = run_cli(["-m", "assembler", "lint", "profiles"], PROJECT)

    assert (done.returncode, done.stdout) == (0, "")
