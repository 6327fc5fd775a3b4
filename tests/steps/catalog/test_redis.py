"""The catalogue step `redis`, against real servers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from redis import Redis, RedisCluster
from redis.exceptions import ConnectionError as AwayError

from assembler.report import CheckFailedError
from tests.support.processes import free_port, wait_until
from tests.support.projects import assemble_text, get_diagnostics
from tests.support.redis import serve_redis
from tests.support.scripts import run_script, write_files
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.conftest import StartProcess
    from tests.support.redis import RedisServer

STEP = "extensions:\n  - use: redis\n    with:\n"
READY = '"redis":{"ok":true}'
NOT_READY = '"redis":{"ok":false}'
OWN = {"own.py": "import redis\nclient = redis.Redis(port=1)\nwrong = object()\n"}


def ask_readiness(app: Flask) -> str:
    """Return the answer, without spaces."""
    return app.test_client().get("/health/ready").text.replace(" ", "")


def test_the_app_has_the_client(tmp_path: Path, redis_server: RedisServer) -> None:
    """With what the step says of it; closing the app closes it."""
    text = f"""{STEP}      url: redis://127.0.0.1:{redis_server.port}
      decode_responses: true
      max_connections: 7
      connect_timeout_seconds: 1.5
      timeout_seconds: 2
      retries: 4
      db: 3
  - use: attributes
    with: {{kept: {{$step: redis}}}}
"""
    app = assemble_text(tmp_path, text)
    client = app.extensions["redis"]
    assert isinstance(client, Redis)
    assert client.set("a", "b")
    assert client.get("a") == "b"
    assert vars(app)["kept"] is client
    settings = client.connection_pool.connection_kwargs
    assert (client.connection_pool.max_connections, settings["db"]) == (7, 3)
    assert (settings["socket_connect_timeout"], settings["socket_timeout"]) == (1.5, 2)
    assert settings["retry"].get_retries() == 4

    other = Redis.from_url(redis_server.url)
    assert sum(one["db"] == "3" for one in other.client_list()) == 1  # nobody else's
    app.extensions["assembler"].close()
    wait_until(
        lambda: all(one["db"] != "3" for one in other.client_list()), "the end of the client"
    )
    other.close()


def test_readiness_follows_the_server(tmp_path: Path, redis_server: RedisServer) -> None:
    """At once when it goes away, without the client's own retries, and when it returns."""
    app = assemble_text(tmp_path, f"{STEP}      url: {redis_server.url}\n  - health\n")
    check = app.extensions["assembler"].checks["redis"]
    assert READY in ask_readiness(app)

    redis_server.stop()
    with pytest.raises(AwayError):
        check()
    assert NOT_READY in ask_readiness(
        assemble_text(tmp_path, f"{STEP}      url: {redis_server.url}\n  - health\n")
    )

    redis_server.start()
    check()
    assert app.extensions["redis"].set("a", "b")
    app.extensions["assembler"].close()


def test_readiness_need_not_ask(tmp_path: Path) -> None:
    """For an app that works without; nothing connects while it is assembled."""
    text = f"{STEP}      url: redis://127.0.0.1:1/0\n      check: false\n"
    assert "redis" not in assemble_text(tmp_path, text).extensions["assembler"].checks


def test_the_project_s_own_client_is_taken(tmp_path: Path) -> None:
    """It is not closed, since others may have it too; whatever else is refused."""
    text = f"{STEP}      client: {{$import: 'own:client'}}\n"
    app = assemble_text(tmp_path, text, OWN)
    client = app.extensions["redis"]
    assert client.connection_pool.connection_kwargs["port"] == 1
    with pytest.raises(AwayError):
        app.extensions["assembler"].checks["redis"]()

    (found,) = get_diagnostics(tmp_path, text.replace("own:client", "own:wrong"), OWN)
    assert "expected a client of redis-py, got builtins.object" in found.message
    assert found.place.span.line == 6


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{}", "expected one of `url`, `sentinel` and `client`"),
        ("{url: 'redis://a', sentinel: {hosts: [a], service: b}}", "expected one of"),
        ("{url: 'redis://:hunter2@a', password: hunter2}", "`password` is in `url`, too"),
        ("{url: 'redis://a/1', db: 0}", "`db` is in `url`, too"),
        ("{cluster: true, sentinel: {hosts: [a], service: b}}", "`cluster` needs the `url`"),
        ("{sentinel: {hosts: ['redis://a'], service: b}}", 'or host:port, got "redis://a"'),
        ("{url: 'http://user:hunter2@a'}", "`url` is not the URL of a Redis"),
    ],
)
def test_what_is_no_redis_is_refused(tmp_path: Path, options: str, said: str) -> None:
    """With its place, and without the password."""
    found = get_diagnostics(tmp_path, f"extensions:\n  - use: redis\n    with: {options}\n")
    assert said in found[0].message
    assert "hunter2" not in str(found)


def test_sentinels_name_the_master(tmp_path: Path, redis_server: RedisServer) -> None:
    """Also to readiness; a sentinel that is away costs a try."""
    with serve_redis(sentinel_of=redis_server) as sentinel:
        text = f"""{STEP}      sentinel:
        hosts: ["127.0.0.1:{free_port()}", "127.0.0.1:{sentinel.port}"]
        service: shop
      decode_responses: true
  - health
"""
        app = assemble_text(tmp_path, text)
        assert app.extensions["redis"].set("a", "b")
        with Redis.from_url(redis_server.url) as direct:
            assert direct.get("a") == b"b"
        assert READY in ask_readiness(app)
        check = app.extensions["assembler"].checks["redis"]
        redis_server.stop()
        with pytest.raises(AwayError):
            check()
        sentinel.stop()
        with pytest.raises(
            CheckFailedError, match="no sentinel that answers knows the master 'shop'"
        ):
            check()
        app.extensions["assembler"].close()


def test_a_cluster_is_one_client(tmp_path: Path) -> None:
    """Readiness asks whether all slots are served; a node that is away is told at boot."""
    with serve_redis("--cluster-enabled", "yes", "--cluster-port", str(free_port())) as server:
        with Redis.from_url(server.url) as node:
            node.execute_command("CLUSTER ADDSLOTSRANGE 0 16383")
            wait_until(lambda: node.cluster("INFO")["cluster_state"] == "ok", "the cluster")
        text = f"{STEP}      url: {server.url}\n      cluster: true\n      retries: 0\n  - health\n"
        app = assemble_text(tmp_path, text)
        client = app.extensions["redis"]
        assert isinstance(client, RedisCluster)
        assert client.set("a", "b")
        assert READY in ask_readiness(app)

        check = app.extensions["assembler"].checks["redis"]
        with Redis.from_url(server.url) as node:
            node.execute_command("CLUSTER DELSLOTSRANGE 0 5")
        wait_until(lambda: _fails(check), "a cluster without some slots")
        server.stop()
        with pytest.raises(AwayError):
            check()
        app.extensions["assembler"].close()
        (found,) = get_diagnostics(tmp_path, text)
        assert found.message.startswith("the cluster's node does not tell of its slots: ")


def _fails(check: object) -> bool:
    assert callable(check)
    try:
        check()
    except Exception as error:  # noqa: BLE001 - of whatever class
        assert "the cluster's state is fail" in str(error)  # noqa: PT017 - it is waited for
        return True
    return False


def test_each_process_has_connections_of_its_own(tmp_path: Path, redis_server: RedisServer) -> None:
    """Also where a server forks after the app was assembled."""
    assemble_text(tmp_path, f"{STEP}      url: {redis_server.url}\n")  # which writes the files
    child, parent, again = run_script(
        """
        import json, os
        from assembler import create_app
        client = create_app("profile.yaml").extensions["redis"]
        before = client.client_id()
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.write(writer, str(client.client_id()).encode())
            os._exit(0)
        os.wait()
        print(json.dumps([int(os.read(reader, 20)), before, client.client_id()]))
        """,
        folder=tmp_path,
    )
    assert child != parent == again


def test_gevent_serves_others_while_the_server_is_away(
    tmp_path: Path, process: StartProcess, redis_server: RedisServer
) -> None:
    """One worker: a view waits for the client's retries, others answer, and all is well later."""
    write_files(
        tmp_path,
        {
            "shop_routes.py": """
            def add_routes(app):
                app.get("/count")(lambda: str(app.extensions["redis"].incr("count")))
            """
        },
    )
    text = f"""patches: [gevent]
extensions:
  - tests.runner_app:add_routes
  - {{use: redis, with: {{url: "{redis_server.url}", retries: 100}}}}
  - health
  - shop_routes:add_routes
server: {{use: gunicorn, workers: 1}}
"""
    served = Served.start(process, tmp_path, text)
    assert served.get("/count").text == "1"
    redis_server.stop()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(served.get, "/count")
        wait_until(lambda: served.get("/health/ready").status == 503, "readiness that fails")
        assert served.get("/").text == "well"
        assert not answer.done()
        redis_server.start()
        assert answer.result().text == "1"
    wait_until(lambda: served.get("/health/ready").status == 200, "readiness")
