"""The catalogue step `session`, in a real Redis and in real databases."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as AwayError
from sqlalchemy import inspect, text

from assembler.report import CheckFailedError
from tests.support.postgres import with_driver
from tests.support.processes import http_get, wait_until
from tests.support.projects import assemble_text, get_diagnostics, write_files
from tests.support.scripts import run_script
from tests.support.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import StartProcess
    from tests.support.redis import RedisServer

OWN = {
    "own.py": """
from flask import current_app, session
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

db = SQLAlchemy()

class Other(db.Model):
    __tablename__ = "other"
    id = db.Column(db.Integer, primary_key=True)

def count():
    session["count"] = session.get("count", 0) + 1
    return str(session["count"])

def fail():
    session["count"] = 0
    current_app.extensions["sqlalchemy"].session.execute(text("INSERT INTO other VALUES (1)"))
    return "half done", 500

def add_routes(app):
    app.get("/count")(count)
    app.get("/fail")(fail)
    app.get("/forget")(lambda: (session.clear(), "forgotten")[1])
"""
}
ROUTES = "  - own:add_routes\n"


def render(options: str, before: str = "") -> str:
    """Return a profile with the step, and what comes before it."""
    return f"extensions:\n{before}  - use: session\n    with: {options}\n{ROUTES}"


def in_database(url: str, options: str = "create_table: true") -> str:
    """Return a profile whose sessions are in the database."""
    step = f"  - {{use: database, with: {{db: {{$import: 'own:db'}}, url: '{url}'}}}}\n"
    return render(f"{{backend: sqlalchemy, {options}}}", step)


def move(client: FlaskClient, app: Flask) -> FlaskClient:
    """Return a client of another app that has the cookie of the first."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    other = app.test_client()
    other.set_cookie("session", cookie.value)
    return other


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty database; the test runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/shop.db"
    else:
        yield with_driver(request.getfixturevalue("postgres_url"), "psycopg2")


def test_sessions_are_in_redis(tmp_path: Path, redis_server: RedisServer) -> None:
    """For every process, as long as the step says, by a client whatever it does with answers."""
    step = f"  - {{use: redis, with: {{url: '{redis_server.url}', decode_responses: true}}}}\n"
    profile = render("{redis: {$step: redis}, lifetime_seconds: 60, key_prefix: 's:'}", step)
    app, other = (assemble_text(tmp_path, profile, OWN) for _ in range(2))
    client = app.test_client()
    assert [client.get("/count").text for _ in range(2)] == ["1", "2"]
    moved = move(client, other)
    assert moved.get("/count").text == "3"

    with Redis.from_url(redis_server.url) as direct:
        (key,) = direct.keys()
        assert key.startswith(b"s:")
        assert 50 < direct.ttl(key) <= 60
        moved.get("/forget")
        assert moved.get("/count").text == "1"
    for one in (app, other):
        one.extensions["assembler"].close()


def test_nothing_is_read_as_a_pickle(tmp_path: Path, redis_server: RedisServer) -> None:
    """A session that cannot be read counts as none; nobody's code is run."""
    app = assemble_text(tmp_path, render(f"{{url: '{redis_server.url}'}}"), OWN)
    client = app.test_client()
    client.get("/count")
    with Redis.from_url(redis_server.url) as direct:
        (key,) = direct.keys()
        for broken in (pickle.dumps({"count": 7}), b"", b"\x07", b"[1]"):
            direct.set(key, broken)
            assert client.get("/count").text == "1"
            (key,) = set(direct.keys()) - {key}
            direct.flushdb()
            client.get("/count")
            (key,) = direct.keys()
    app.extensions["assembler"].close()


def test_readiness_needs_the_store(tmp_path: Path, redis_server: RedisServer) -> None:
    """Its own Redis, or the table; a client's step asks for itself."""
    app = assemble_text(tmp_path, render(f"{{url: '{redis_server.url}'}}"), OWN)
    check = app.extensions["assembler"].checks["session"]
    check()
    redis_server.stop()
    with pytest.raises(AwayError):
        check()
    app.extensions["assembler"].close()

    profile = in_database(f"sqlite:///{tmp_path}/shop.db", "table: web")
    app = assemble_text(tmp_path, profile, OWN)
    with pytest.raises(CheckFailedError, match="there is no table 'web'"):
        app.extensions["assembler"].checks["session"]()
    app.extensions["assembler"].close()


def test_sessions_are_in_the_database(tmp_path: Path, url: str) -> None:
    """For every process; those that are over are none, and a command removes them."""
    app, other = (assemble_text(tmp_path, in_database(url), OWN) for _ in range(2))
    client = app.test_client()
    assert [client.get("/count").text for _ in range(2)] == ["1", "2"]
    moved = move(client, other)
    assert moved.get("/count").text == "3"
    app.extensions["assembler"].checks["session"]()

    with app.app_context(), app.extensions["sqlalchemy"].engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET expiry = '2020-01-01 00:00:00.000000'"))
    assert moved.get("/count").text == "1"
    rows = text("SELECT count(*) FROM sessions")
    with app.app_context(), app.extensions["sqlalchemy"].engine.connect() as connection:
        assert connection.execute(rows).scalar() == 2
        connection.rollback()
        assert app.test_cli_runner().invoke(args=["session_cleanup"]).exit_code == 0
        assert connection.execute(rows).scalar() == 1
    for one in (app, other):
        one.extensions["assembler"].close()


def test_what_a_view_left_undone_is_not_committed(tmp_path: Path, postgres_url: str) -> None:
    """Its session is kept all the same."""
    app = assemble_text(tmp_path, in_database(with_driver(postgres_url, "psycopg2")), OWN)
    db = app.extensions["sqlalchemy"]
    with app.app_context():
        db.create_all()
    client = app.test_client()
    assert client.get("/fail").status_code == 500
    assert client.get("/count").text == "1"
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM other")).scalar() == 0
    app.extensions["assembler"].close()


def test_the_table_is_a_migration_s_unless_told_otherwise(tmp_path: Path) -> None:
    """The model is known, once, however many apps share the instance."""
    profile = in_database(f"sqlite:///{tmp_path}/shop.db", "table: web")
    apps = [assemble_text(tmp_path, profile, OWN) for _ in range(2)]
    db = apps[0].extensions["sqlalchemy"]
    assert {"web", "other"} <= db.metadata.tables.keys()
    with apps[0].app_context():
        assert inspect(db.engine).get_table_names() == []
    for app in apps:
        app.extensions["assembler"].close()


def test_a_database_in_memory_has_its_sessions(tmp_path: Path) -> None:
    """As test suites use it."""
    app = assemble_text(tmp_path, in_database("sqlite://"), OWN)
    client = app.test_client()
    assert [client.get("/count").text for _ in range(2)] == ["1", "2"]
    app.extensions["assembler"].close()


def test_a_client_keeps_its_session_over_gevent_workers(
    tmp_path: Path, process: StartProcess, redis_server: RedisServer
) -> None:
    """Beside the cache and the limits, which use the same Redis; warnings are errors."""
    routes = OWN["own.py"].replace("return str(session", "return f'{os.getpid()} ' + str(session")
    write_files(tmp_path, {"own.py": f"import os{routes}"})
    step = "redis: {$step: redis}"
    profile = f"""patches: [gevent]
extensions:
  - tests.runner_app:add_routes
  - {{use: redis, with: {{url: "{redis_server.url}"}}}}
  - {{use: cache, with: {{{step}}}}}
  - {{use: session, with: {{{step}}}}}
  - {{use: limiter, with: {{{step}, default_limits: [1000 per minute]}}}}
  - health
{ROUTES}server: {{use: gunicorn, workers: 2}}
"""
    served = Served.start(process, tmp_path, profile)
    cookie = served.get("/count").headers["set-cookie"].partition(";")[0]
    seen: list[tuple[str, int]] = []

    def count() -> bool:
        answer = http_get(f"{served.url}/count", headers={"Cookie": cookie})
        pid, _, number = answer.text.partition(" ")
        seen.append((pid, int(number)))
        return len({pid for pid, _ in seen}) == 2

    wait_until(count, "answers of two workers")
    assert [number for _, number in seen] == [*range(2, len(seen) + 2)]
    assert served.get("/health/ready").status == 200


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{}", "expected one of `redis`, `url` and `backend: sqlalchemy`"),
        ("{backend: sqlalchemy, url: 'redis://a'}", "`backend: sqlalchemy` uses no Redis"),
        ("{backend: filesystem}", "expected 'redis' or 'sqlalchemy'"),
        ("{backend: sqlalchemy}", "'session' needs the app's database"),
        ("{url: 'http://:hunter2@a'}", "`url` is not the URL of a Redis"),
        ("{redis: {$import: 'own:count'}}", "expected a client of redis-py"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, options: str, said: str) -> None:
    """With their place, and without the password."""
    found = get_diagnostics(tmp_path, render(options), OWN)
    assert said in found[0].message
    assert "hunter2" not in str(found)


def test_another_table_is_not_taken(tmp_path: Path) -> None:
    """Nor is the step skipped if it fails."""
    (found,) = get_diagnostics(tmp_path, in_database("sqlite://", "table: other"), OWN)
    assert found.message == "the table 'other' has no column 'session_id'"
    assert found.place.span.line == 6


def test_a_forked_process_has_connections_of_its_own(tmp_path: Path, postgres_url: str) -> None:
    """Though the table was made before the fork."""
    assemble_text(tmp_path, in_database(with_driver(postgres_url, "psycopg2")), OWN)
    pids = run_script(
        """
        import json, os
        from sqlalchemy import text
        from assembler import create_app

        def find_session():
            with app.session_interface._engine.connect() as connection:
                return connection.execute(text("SELECT pg_backend_pid()")).scalar()

        app = create_app("profile.yaml")
        before = find_session()
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.write(writer, str(find_session()).encode())
            os._exit(0)
        os.wait()
        print(json.dumps([before, int(os.read(reader, 20)), find_session()]))
        """,
        folder=tmp_path,
    )
    assert pids[0] == pids[2] != pids[1]
