"""The catalogue step `limiter`, on a real Redis."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import wait_until
from tests.support.projects import assemble_text, get_diagnostics, write_files
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.conftest import StartProcess
    from tests.support.redis import RedisServer

OWN = {
    "own.py": """
from flask import Blueprint, request
from flask_limiter import Limiter

limiter = Limiter(lambda: "everybody")
strict = Limiter(lambda: "everybody", swallow_errors=True, storage_uri="memory://")
wrong = object()
free = Blueprint("free", __name__, url_prefix="/free")
free.get("/one", endpoint="one")(lambda: "free")

def get_user():
    return request.headers["User"]

def add_routes(app):
    app.get("/own", endpoint="own")(limiter.limit("1 per day")(lambda: "own"))
    app.get("/shop", endpoint="shop")(lambda: "shop")
    app.get("/status", endpoint="status")(lambda: "status")
    app.register_blueprint(free)
"""
}
ROUTES = "  - own:add_routes\n"


def assemble(folder: Path, options: str) -> Flask:
    """Return an app with the step, and routes."""
    text = f"extensions:\n  - use: limiter\n    with: {options}\n  - health\n{ROUTES}"
    return assemble_text(folder, text, OWN)


def ask(app: Flask, path: str, count: int, **headers: str) -> list[int]:
    """Ask so often; return the status of each answer."""
    client = app.test_client()
    return [client.get(path, headers=headers).status_code for _ in range(count)]


def test_all_processes_count_together(
    tmp_path: Path, process: StartProcess, redis_server: RedisServer
) -> None:
    """Two workers and one Redis allow what one says; later, each by itself while it is away."""
    write_files(tmp_path, OWN)
    text = f"""extensions:
  - tests.runner_app:add_routes
  - {{use: redis, with: {{url: "{redis_server.url}"}}}}
  - use: limiter
    with: {{redis: {{$step: redis}}, default_limits: [9 per day], exempt: [index, process]}}
  - own:add_routes
server: {{use: gunicorn, workers: 2}}
"""
    served = Served.start(process, tmp_path, text)
    pids: set[object] = set()

    def are_both_up() -> bool:
        pids.add(served.get("/process").json()["pid"])
        return len(pids) == 2

    wait_until(are_both_up, "answers of two workers")
    statuses = Counter(served.get("/shop").status for _ in range(40))
    assert statuses == {200: 9, 429: 31}
    redis_server.stop()
    statuses = Counter(served.get("/shop").status for _ in range(60))
    assert statuses.keys() == {200, 429}
    assert 9 <= statuses[200] <= 18


def test_routes_may_have_no_limit(tmp_path: Path) -> None:
    """By the name of the endpoint or the blueprint; health and static files never have one."""
    app = assemble(
        tmp_path, "{url: 'memory://', application_limits: [2 per day], exempt: [status, free]}"
    )
    assert ask(app, "/shop", 3) == [200, 200, 429]
    assert ask(app, "/own", 1) == [429]
    for path in ("/status", "/free/one", "/health/live", "/health/ready"):
        assert ask(app, path, 3) == [200] * 3


def test_a_name_that_the_app_lacks_is_told(tmp_path: Path) -> None:
    """Where it is written, with the one that was meant."""
    text = "extensions:\n  - use: limiter\n    with: {url: 'memory://', exempt: [shop, statsu]}\n"
    (found,) = get_diagnostics(tmp_path, text + ROUTES, OWN)
    assert found.message == "the app has no endpoint and no blueprint 'statsu'"
    assert found.hint == "Did you mean 'status'?"
    assert (found.place.span.line, found.place.span.column) == (5, 45)


def test_a_callable_tells_clients_apart(tmp_path: Path) -> None:
    """Answers tell what is left, if they are to."""
    app = assemble(
        tmp_path,
        "{url: 'memory://', default_limits: [1/hour], headers: true, "
        "key: {$import: 'own:get_user'}}",
    )
    assert ask(app, "/shop", 2, User="anna") == [200, 429]
    assert ask(app, "/shop", 2, User="bo") == [200, 429]
    answer = app.test_client().get("/shop", headers={"User": "cy"})
    assert answer.headers["X-RateLimit-Remaining"] == "0"


def test_the_project_s_own_instance_is_taken(tmp_path: Path, redis_server: RedisServer) -> None:
    """With its decorators; what it says itself must not contradict the step."""
    options = f"{{limiter: {{$import: 'own:limiter'}}, url: '{redis_server.url}'}}"
    app = assemble(tmp_path, options)
    assert ask(app, "/own", 2) == [200, 429]
    assert ask(assemble(tmp_path, options), "/own", 1) == [429]
    app.extensions["assembler"].close()

    head = "extensions:\n  - use: limiter\n    with: "
    for said, given in (
        ("`url` is not in force", options.replace("own:limiter", "own:strict")),
        ("`when_away` is not in force", "{limiter: {$import: 'own:strict'}, when_away: refuse}"),
        ("expected an instance of flask_limiter", "{limiter: {$import: 'own:wrong'}}"),
    ):
        (found,) = get_diagnostics(tmp_path, f"{head}{given}\n", OWN)
        assert said in found.message


@pytest.mark.parametrize(
    ("when_away", "away"),
    [("memory", [200, 200, 429]), ("allow", [200] * 3), ("refuse", [503] * 3)],
)
def test_what_happens_while_redis_is_away(
    tmp_path: Path, redis_server: RedisServer, when_away: str, away: list[int]
) -> None:
    """Is what the profile says; afterwards Redis counts again."""
    options = f"{{url: '{redis_server.url}', default_limits: [2 per day], when_away: {when_away}}}"
    app = assemble(tmp_path, options)
    assert ask(app, "/shop", 3) == [200, 200, 429]
    redis_server.stop()
    assert ask(app, "/shop", 3) == away
    assert ask(app, "/health/live", 1) == [200]
    redis_server.start()
    wait_until(lambda: ask(app, "/shop", 1) == [200], "a Redis that counts again, from nothing")
    app.extensions["assembler"].close()


def test_the_app_s_own_page_answers_what_is_refused(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    """As any other 503, and says when to try again."""
    redis_server.stop()
    app = assemble(
        tmp_path,
        f"{{url: '{redis_server.url}', default_limits: [2 per day], headers: true, "
        "when_away: refuse}",
    )
    app.register_error_handler(503, lambda _error: ("later", 503))
    answer = app.test_client().get("/shop")
    assert (answer.text, answer.headers["Retry-After"]) == ("later", "1")
    app.extensions["assembler"].close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{}", "nothing says where requests are counted"),
        ("{url: 'memory://', default_limits: [often]}", 'expected a limit such as "100 per hour"'),
        ("{url: 'memory://', default_limits: [3 per fortnight]}", "expected a limit"),
        ("{url: 'http://:hunter2@a'}", "expected redis://, rediss://, unix:// or memory://"),
        ("{url: 'memory://', redis: {$call: 'redis:Redis'}}", "expected one of `redis` and `url`"),
        ("{url: 'memory://', when_away: fail}", "expected 'memory', 'allow' or 'refuse'"),
        ("{redis: {$import: 'own:wrong'}}", "expected a client of redis-py"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, options: str, said: str) -> None:
    """With their place, and without the password."""
    text = f"extensions:\n  - use: limiter\n    with: {options}\n"
    found = get_diagnostics(tmp_path, text, OWN)
    assert said in found[0].message
    assert "hunter2" not in str(found)
