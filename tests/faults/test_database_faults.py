"""Faults of the database under a server that goes on; a proxy between them fails as networks do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.faults import choose
from tests.support.load import loading
from tests.support.postgres import execute_sql, serve_postgres
from tests.support.processes import wait_until
from tests.support.projects import write_files
from tests.support.proxy import proxying_postgres
from tests.support.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.faults import Note
    from tests.support.load import Load
    from tests.support.postgres import PostgresServer
    from tests.support.proxy import Proxy

WORKERS, POOL = 2, 3
STEPS = """\
from sqlalchemy import text


def ask(app, db):
    @app.get("/")
    def index():
        return str(db.session.execute(text("SELECT 1")).scalar())
"""
PROFILE = """\
patches: {patches}
extensions:
  - use: database
    with: {{url: "{url}", driver: psycopg2, pool_size: {pool}, max_overflow: 2}}
  - use: health
    with: {{timeout_seconds: {limit}}}
  - use: steps:ask
    with: {{db: {{$step: database}}}}
"""
# How it goes, and how it comes back.
Way = tuple["Callable[[PostgresServer, Proxy], None]", "Callable[[PostgresServer, Proxy], None]"]
WAYS: dict[str, Way] = {
    "stopped": (lambda server, _: server.stop(), lambda server, _: server.start()),
    "stalled": (lambda _, proxy: proxy.stall(), lambda _, proxy: proxy.flow()),
    "refused": (lambda _, proxy: proxy.refuse(), lambda _, proxy: proxy.listen()),
}
PATCHES = {"gevent": "[gevent, psycopg2]", "threads": "[]"}


@pytest.mark.prepared
@pytest.mark.parametrize("kind", choose(["gevent"], list(PATCHES)))
def test_a_database_that_goes_and_comes_back_is_told_and_used_again(
    kind: str, process: StartProcess, tmp_path: Path, note: Note
) -> None:
    """Readiness says so, requests fail and work again, and no connection is left behind."""
    write_files(tmp_path, {"steps.py": STEPS})
    with (
        serve_postgres() as server,
        server.create_database() as direct,
        proxying_postgres(direct) as (proxy, url),
    ):
        limit = choose(0.4, 1)
        text = PROFILE.format(patches=PATCHES[kind], url=url, pool=POOL, limit=limit)
        served = Served.start(process, tmp_path, text, ("--workers", str(WORKERS)))
        wait_for_readiness(served, 200)
        for way in list(WAYS)[: choose(2, 3)]:
            go, come = WAYS[way]
            # Longer than a database stalls, however long it takes to see that.
            with loading(served.url, clients=choose(1, 4), timeout_seconds=180) as load:
                wait_for_answers(load)
                go(server, proxy)
                away = wait_for_readiness(served, 503)
                time.sleep(choose(0, 10))
                come(server, proxy)
                back = wait_for_readiness(served, 200)
                failed = load.count_failed()
                load.wait_for_none_failed()
            assert load.lost == []
            count, kept = load.count, wait_for_idle(server, direct)
            note(f"{way}: not ready after {away:.1f} s, ready again {back:.1f} s after its return")
            note(f"{failed:,} answers of 500 meanwhile, then none of {count:,}")
            note(f"{kept} connections kept")


def wait_for_answers(load: Load) -> None:
    """Wait for some, none of which failed."""
    wait_until(lambda: load.count > 20, "answers")
    assert load.count_failed() == 0


def wait_for_readiness(served: Served, status: int) -> float:
    """Wait until all workers say so; return how many seconds that took."""
    started = time.monotonic()

    def look() -> bool:
        answers = [served.get("/health/ready") for _ in range(5 * WORKERS)]
        return {one.status for one in answers} == {status}

    wait_until(look, f"readiness of {status}", timeout_seconds=60)
    return time.monotonic() - started


def wait_for_idle(server: PostgresServer, url: str) -> int:
    """Wait until the app has no more connections than its pools keep, all idle; return how many."""
    name = url.partition("?")[0].rpartition("/")[2]
    statement = f"SELECT state FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - ours

    def look() -> list[tuple[str]] | None:
        states = execute_sql(server.admin_url, statement)
        is_idle = all(state == "idle" for (state,) in states)
        return states if is_idle and len(states) <= WORKERS * POOL else None

    return len(wait_until(look, "idle connections"))
