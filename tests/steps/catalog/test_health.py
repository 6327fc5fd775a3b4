"""The catalogue step `health`."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from flask import Flask, abort, session
from flask.sessions import SecureCookieSessionInterface
from flask_sqlalchemy import SQLAlchemy
from pydantic import ValidationError

from assembler.diagnostics.faults import StepFault
from assembler.report import Outcome, StepReport
from assembler.steps.catalog.health import HealthOptions
from tests.support.postgres import execute_sql
from tests.support.processes import wait_until
from tests.support.projects import write_files
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REVISION = """revision = {name!r}
down_revision = {down!r}

def upgrade():
    pass
"""
MIGRATIONS = {
    "migrations/alembic.ini": "[alembic]\n",
    "migrations/env.py": "",
    "migrations/versions/one.py": REVISION.format(name="one", down=None),
    "migrations/versions/two.py": REVISION.format(name="two", down="one"),
}


@pytest.fixture
def context(tmp_path: Path) -> Iterator[StepBench]:
    """Return the context of a step in a project with two revisions."""
    write_files(tmp_path, MIGRATIONS)
    context = StepBench(Flask(__name__, instance_path=str(tmp_path / "instance")), tmp_path)
    yield context
    context.close()


def apply_with_database(context: StepBench, url: str, **options: object) -> None:
    """Give the app a database with revisions, and the step."""
    apply_step(context, "database", url=url)
    apply_step(context, "migrate")
    apply_step(context, "health", **options)


def stamp(url: str, revision: str) -> None:
    """Write the revision that the database has, as Alembic does."""
    execute_sql(url, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    execute_sql(url, f"INSERT INTO alembic_version VALUES ('{revision}')")  # noqa: S608 - ours


def get_ready(context: StepBench) -> tuple[int, dict[str, Any]]:
    """Ask whether the app is ready, and give the status and the body."""
    answer = context.app.test_client().get("/health/ready")
    assert answer.json is not None
    return answer.status_code, answer.json


def test_a_process_without_a_database_is_ready(context: StepBench) -> None:
    """There is nothing to wait for."""
    apply_step(context, "health")

    status, body = get_ready(context)

    assert status == 200
    assert body["status"] == "ready"
    assert body["database"]["status"] == "none"
    assert body["checks"] == {}


def test_a_failing_check_names_itself_and_its_cause_is_logged_once(
    context: StepBench, caplog: pytest.LogCaptureFixture
) -> None:
    """Whenever its step comes; the answer is for anybody, and the log has no secrets."""

    def fail() -> NoReturn:
        message = "no route to redis://:sesame-open@10.0.0.7"
        raise ConnectionError(message)

    context.report.add_check("mail", lambda: None)
    apply_step(context, "health")
    context.report.add_check("search", fail)
    context.report.add_check("broker", lambda: False)

    for _ in range(2):
        status, body = get_ready(context)

    assert (status, body["status"]) == (503, "unavailable")
    assert body["checks"] == {
        "mail": {"ok": True},
        "search": {"ok": False},
        "broker": {"ok": False},
    }
    assert "10.0.0.7" not in str(body)
    said = [one.getMessage() for one in caplog.records if one.name == "assembler"]
    assert said == [
        "not ready, the check 'search' fails: ConnectionError: no route to redis://:***@10.0.0.7",
        "not ready, the check 'broker' fails: it returned false",
    ]


def test_checks_run_beside_each_other_and_are_kept_for_a_second(context: StepBench) -> None:
    """Each waits for the other; however many ask, they run once, and later again."""
    both, calls = threading.Barrier(2), []

    def meet() -> None:
        calls.append(True)
        both.wait(timeout=10)

    context.report.add_check("one", meet)
    context.report.add_check("other", meet)
    apply_step(context, "health", timeout_seconds=20)

    for _ in range(5):
        assert get_ready(context)[0] == 200
    count = len(calls)
    wait_until(lambda: get_ready(context)[0] == 200 and len(calls) > 2, "another run")

    assert count == 2


def test_a_check_that_hangs_fails_alone_and_is_not_asked_again(context: StepBench) -> None:
    """Until it has ended."""
    end, calls = threading.Event(), []

    def hang() -> None:
        calls.append(True)
        end.wait(60)

    context.report.add_check("slow", hang)
    context.report.add_check("fast", lambda: None)
    apply_step(context, "health", timeout_seconds=0.1)

    wait_until(lambda: get_ready(context)[1]["checks"]["fast"]["ok"], "the other's answer")
    answers = [get_ready(context) for _ in range(3)]
    count = len(calls)
    end.set()

    assert {status for status, _ in answers} == {503}
    assert answers[0][1]["checks"]["slow"] == {"ok": False}
    assert count == 1
    wait_until(lambda: get_ready(context)[0] == 200, "readiness")


def test_a_name_is_for_one_check(context: StepBench) -> None:
    """One would hide the other."""
    context.report.add_check("search", lambda: None)

    with pytest.raises(ValueError, match="there is a readiness check 'search' already"):
        context.report.add_check("search", lambda: None)


def test_a_pool_without_a_free_connection_is_not_ready(
    context: StepBench, caplog: pytest.LogCaptureFixture
) -> None:
    """More requests would only wait; it is ready again when one is given back."""
    db = apply_step(context, "database", url="sqlite:///shop.db", pool_size=1, max_overflow=0)
    apply_step(context, "health", timeout_seconds=30)
    with context.app.app_context():
        engine = db.engine
    with engine.connect():
        status, body = get_ready(context)

    assert (status, body["database"]["status"]) == (503, "busy")
    assert body["checks"] == {"database": {"ok": False}}
    assert "busy: all 1 connections of the pool are in use" in caplog.text
    wait_until(lambda: get_ready(context)[0] == 200, "readiness")


def test_a_database_that_the_project_gives_its_app_is_checked(context: StepBench) -> None:
    """Also without the step `database`."""
    context.app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg2://shop@127.0.0.1:1/shop"
    SQLAlchemy().init_app(context.app)
    apply_step(context, "health")

    status, body = get_ready(context)

    assert (status, body["checks"]) == (503, {"database": {"ok": False}})


def test_startup_is_over_when_the_app_is_assembled(context: StepBench) -> None:
    """Whatever its checks say."""
    apply_step(context, "health")
    context.report.add_check("search", lambda: False)
    client = context.app.test_client()

    before = client.get("/health/startup")
    context.finish()
    after = client.get("/health/startup")

    assert (before.status_code, before.json) == (503, {"status": "starting"})
    assert (after.status_code, after.json) == (200, {"status": "started"})


def test_a_server_that_is_about_to_end_is_not_ready_and_lives(context: StepBench) -> None:
    """Whoever chooses among servers takes another one; nobody restarts this one."""
    apply_step(context, "health")
    context.report.is_draining = True

    status, body = get_ready(context)

    assert (status, body["status"]) == (503, "draining")
    assert context.app.test_client().get("/health/live").status_code == 200


@pytest.mark.parametrize(
    ("revision", "status", "says"),
    [("two", 200, "head"), ("one", 503, "behind"), ("three", 200, "ahead"), (None, 503, "behind")],
)
def test_readiness_depends_on_the_revision_of_the_database(
    context: StepBench, postgres_url: str, revision: str | None, status: int, says: str
) -> None:
    """An older schema is not served; a newer one is, or a rolling deploy takes all replicas out."""
    apply_with_database(context, postgres_url)
    if revision is not None:
        stamp(postgres_url, revision)

    got, body = get_ready(context)

    assert got == status
    assert body["database"] == {"status": says, "current": revision, "head": "two"}
    assert bool(body["notes"]) == (says == "ahead")


def test_sqlite_is_asked_as_well(context: StepBench) -> None:
    """A database that nobody has migrated is behind."""
    apply_with_database(context, "sqlite:///shop.db")

    status, body = get_ready(context)

    assert (status, body["database"]["status"]) == (503, "behind")


def test_a_refused_connection_is_away_and_the_process_still_lives(context: StepBench) -> None:
    """Whoever restarts what does not live would make it worse."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        apply_with_database(context, f"postgresql://shop@127.0.0.1:{closed.getsockname()[1]}/shop")

        status, body = get_ready(context)

    assert (status, body["status"], body["database"]["status"]) == (503, "unavailable", "away")
    assert context.app.test_client().get("/health/live").json == {"status": "live"}


def test_a_silent_database_is_away_in_time_and_is_asked_once_by_all(context: StepBench) -> None:
    """Eight requests at once cost one connection, and each is answered."""
    accepted: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        listening = threading.Thread(target=_accept_all, args=(silent, accepted))
        listening.start()
        url = f"postgresql://shop@127.0.0.1:{silent.getsockname()[1]}/shop"
        apply_with_database(context, url, timeout_seconds=0.3)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: get_ready(context), range(8)))
        statuses = {(status, body["database"]["status"]) for status, body in answers}
        count = len(accepted)
        silent.shutdown(socket.SHUT_RDWR)
        listening.join()
    for connection in accepted:
        connection.close()

    assert statuses == {(503, "away")}
    assert count == 1


def _accept_all(server: socket.socket, accepted: list[socket.socket]) -> None:
    while True:
        try:
            accepted.append(server.accept()[0])
        except OSError:
            return


def test_degraded_steps_are_named_and_the_app_is_ready(context: StepBench) -> None:
    """Names are for anybody; the reason, which may name a host, is for the log."""
    apply_step(context, "health")
    context.report.steps += [
        StepReport("extension", "sentry", "sentry", Outcome.PARTIAL, "no route to 10.0.0.7"),
        StepReport("extension", "mail", "mail", Outcome.DONE),
    ]

    status, body = get_ready(context)

    assert (status, body["degraded"]) == (200, ["sentry"])
    assert "10.0.0.7" not in str(body)


def test_answers_are_not_kept_and_bring_no_cookie(context: StepBench) -> None:
    """Also in an app that has sessions."""
    context.app.secret_key = "only for this test"  # noqa: S105
    context.app.add_url_rule("/", view_func=lambda: session.setdefault("cart", "tea"))
    apply_step(context, "health")
    client = context.app.test_client()

    for path in ("/health/live", "/health/ready"):
        for answer in (client.get(path), client.head(path)):
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answer.headers
            assert "Vary" not in answer.headers


def test_no_hook_of_the_app_changes_an_answer(context: StepBench) -> None:
    """Before the step and after it, also where a session cannot be opened."""
    app, called = context.app, []

    class NoSessions(SecureCookieSessionInterface):
        def open_session(self, *_: object) -> NoReturn:
            raise ConnectionError

    def refuse(*_: object) -> NoReturn:
        called.append(True)
        abort(401)

    app.before_request(refuse)
    apply_step(context, "health")
    app.session_interface = NoSessions()
    for register in (app.before_request, app.after_request, app.url_value_preprocessor):
        register(refuse)
    app.teardown_request(refuse)
    client = app.test_client()

    for path in ("/health/live", "/health/ready"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert not called


def test_an_app_context_that_cannot_be_left_is_not_ready(context: StepBench) -> None:
    """The database is asked in one, where the app's own functions run."""
    apply_with_database(context, "sqlite://")

    @context.app.teardown_appcontext
    def fail(_error: object) -> NoReturn:
        raise LookupError

    status, body = get_ready(context)
    context.app.teardown_appcontext_funcs.remove(fail)
    assert (status, body["database"]["status"]) == (503, "away")


def test_the_cause_of_an_absent_database_is_logged_once(
    context: StepBench, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not in the answer, which anybody may read; the password is in neither."""
    apply_with_database(context, "postgresql://shop:sesame-open@127.0.0.1:1/shop")

    for _ in range(2):
        status, body = get_ready(context)
        assert (status, body["database"]["status"]) == (503, "away")
        assert "127.0.0.1" not in str(body)
    (record,) = [one for one in caplog.records if one.name == "assembler"]
    said = record.getMessage()
    assert said.startswith("not ready, the check 'database' fails: away: ")
    assert "refused" in said
    assert "sesame" not in said


def test_the_prefix_moves_both_routes(context: StepBench) -> None:
    """An app may keep `/health` for itself."""
    context.app.add_url_rule("/health/live", view_func=lambda: "mine")
    apply_step(context, "health", url_prefix="/-/status")

    client = context.app.test_client()

    assert client.get("/-/status/live").json == {"status": "live"}
    assert client.get("/-/status/ready").status_code == 200
    assert client.get("/health/live").text == "mine"


def test_the_apps_own_route_is_not_shadowed(context: StepBench) -> None:
    """Whichever came first would answer, and the probe would see the wrong thing."""
    context.app.add_url_rule("/health/live", view_func=lambda: "mine")

    with pytest.raises(StepFault) as raised:
        apply_step(context, "health")

    assert raised.value.message == 'the app already has a route "/health/live"'
    assert raised.value.option == ("url_prefix",)


@pytest.mark.parametrize("prefix", ["health", "/health/", "/a b", "/<x>", "/"])
def test_a_prefix_is_a_path(prefix: str) -> None:
    """It starts with a slash and ends without one."""
    with pytest.raises(ValidationError, match="expected a path that starts with a slash"):
        HealthOptions.model_validate({"url_prefix": prefix})
