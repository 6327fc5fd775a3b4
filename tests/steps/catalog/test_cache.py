"""The catalogue step `cache`, on a real Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_caching import Cache
from redis import Redis

from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.redis import RedisServer

OWN = {
    "own.py": """
import itertools
from flask_caching import Cache
cache = Cache()
wrong = object()

def add_routes(app):
    numbers = itertools.count()
    app.get("/number")(cache.cached(timeout=60)(lambda: str(next(numbers))))
"""
}
STEP = "  - use: cache\n    with: "
ROUTES = "  - own:add_routes\n"


def render(options: str, redis: str = "") -> str:
    """Return a profile with the step, and one for Redis before it."""
    before = f"  - {{use: redis, with: {redis}}}\n" if redis else ""
    return f"extensions:\n{before}{STEP}{options}\n{ROUTES}"


def test_values_are_kept_in_redis(tmp_path: Path, redis_server: RedisServer) -> None:
    """By the app's client, whatever that does with answers, for every process."""
    text = render(
        "{cache: {$import: 'own:cache'}, redis: {$step: redis}, key_prefix: 'shop:'}",
        f"{{url: '{redis_server.url}', decode_responses: true}}",
    )
    app = assemble_text(tmp_path, text, OWN)
    client = app.test_client()
    assert [client.get("/number").text for _ in range(3)] == ["0"] * 3
    other = assemble_text(tmp_path, text, OWN)
    assert other.test_client().get("/number").text == "0"

    with Redis.from_url(redis_server.url) as direct:
        assert direct.keys() == [b"shop:view//number"]
        direct.set("kept", "x")
        (cache,) = app.extensions["cache"]
        with app.app_context():
            assert cache.clear()
        assert direct.keys() == [b"kept"]
    for one in (app, other):
        one.extensions["assembler"].close()


def test_views_are_computed_while_redis_is_away(tmp_path: Path, redis_server: RedisServer) -> None:
    """And kept again as soon as it is back."""
    text = render(f"{{cache: {{$import: 'own:cache'}}, url: '{redis_server.url}'}}")
    app = assemble_text(tmp_path, text, OWN)
    client = app.test_client()
    redis_server.stop()
    assert [client.get("/number").text for _ in range(3)] == ["0", "1", "2"]
    redis_server.start()
    assert [client.get("/number").text for _ in range(3)] == ["3"] * 3
    app.extensions["assembler"].close()


def test_a_process_may_keep_values_by_itself(tmp_path: Path) -> None:
    """Or nothing at all, as in tests, without a warning."""
    text = render("{cache: {$import: 'own:cache'}, backend: memory, threshold: 9}")
    app = assemble_text(tmp_path, text, OWN)
    client = app.test_client()
    assert [client.get("/number").text for _ in range(2)] == ["0", "0"]

    client = assemble_text(tmp_path, text.replace("memory", "none"), OWN).test_client()
    assert [client.get("/number").text for _ in range(2)] == ["0", "1"]


def test_what_is_left_out_comes_from_the_config(tmp_path: Path) -> None:
    """The step makes an instance where the project has none."""
    config = "config: [{use: values, with: {CACHE_TYPE: SimpleCache}}]\n"
    text = f"{config}extensions:\n{STEP}{{default_timeout_seconds: 7}}\n"
    ((instance, backend),) = assemble_text(tmp_path, text).extensions["cache"].items()
    assert isinstance(instance, Cache)
    assert (type(backend).__name__, backend.default_timeout) == ("SimpleCache", 7)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{}", "no backend is configured"),
        ("{url: 'redis://a', redis: {$call: 'redis:Redis'}}", "expected one of `redis` and `url`"),
        ("{url: 'redis://a', backend: memory}", "`backend: memory` uses no Redis"),
        ("{backend: redis}", "`backend: redis` needs `redis` or `url`"),
        ("{url: 'http://:hunter2@a'}", "`url` is not the URL of a Redis"),
        ("{cache: {$import: 'own:wrong'}, backend: none}", "expected an instance of flask_caching"),
        ("{redis: {$import: 'own:wrong'}}", "expected a client of redis-py"),
        ("{backend: memory, key_prefix: ''}", "expected a non-empty value"),
    ],
)
def test_what_would_keep_nothing_is_refused(tmp_path: Path, options: str, said: str) -> None:
    """With its place, and without the password."""
    found = get_diagnostics(tmp_path, f"extensions:\n{STEP}{options}\n", OWN)
    assert said in found[0].message
    assert "hunter2" not in str(found)
