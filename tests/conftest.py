"""Return the tests real things to work on: databases, processes, a project."""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
import sys
from compileall import compile_dir
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import HealthCheck, settings

from tests.faults import IS_LONG
from tests.support.postgres import PostgresServer, serve_postgres
from tests.support.processes import RunningProcess, start_process
from tests.support.redis import RedisServer, serve_redis

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from tests.support.browser import Browser
    from tests.support.shop_database import Shop

SHOP = Path(__file__).parent / "support" / "shop"
# Files with a test of more than ten seconds.
LONGEST = frozenset(
    {
        *("test_apps_store", "test_boots", "test_corpus_boots", "test_database_faults"),
        *("test_deploy_container", "test_distribution", "test_howto", "test_migrate_faults"),
        *("test_reload_docs", "test_site"),
    }
)


def pytest_configure(config: pytest.Config) -> None:
    """Let servers that tests start be interrupted, also where the tests run in the background.

    A shell starts a background job with the signal ignored, and every child inherits that.
    No property is timed: on a busy machine each may stand still for a second.
    Each process that is started would compile our modules where PYTHONDONTWRITEBYTECODE is set.
    """
    if not hasattr(config, "workerinput"):  # xdist's workers start afterwards
        for package in ("assembler", "tests/support"):
            compile_dir(config.rootpath / package, quiet=2)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("busy")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run four workers on two cores: half of their time, tests wait for servers."""
    return max(2, (os.cpu_count() or 1) * 2)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what the tests' own modules are compiled to, for the next run and for other workers.

    Hardly anything of what is collected becomes garbage, now or later.
    """
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        sys.dont_write_bytecode = before


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest tests: at the end, one core would wait for the last of them.

    Leave those marked `long` to `make faults`. Refuse a test's name that holds an object's
    address: it differs in each worker of xdist.
    """
    if not IS_LONG:
        config.hook.pytest_deselected(
            items=[item for item in items if item.get_closest_marker("long")]
        )
        items[:] = [item for item in items if item.get_closest_marker("long") is None]
    items.sort(key=lambda item: item.path.stem not in LONGEST)
    for item in items:
        if re.search(r"\bat 0x[0-9a-f]{6}", item.nodeid):
            message = f"the name of {item.nodeid} holds an address: give it `ids=`"
            raise pytest.UsageError(message)


class StartProcess(Protocol):
    """What the fixture ``process`` is."""

    def __call__(
        self,
        args: Sequence[str],
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        *,
        is_prepared: bool = ...,
    ) -> RunningProcess:
        """Start ``python ARGS`` in ``cwd``, the test's folder unless told otherwise."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a PostgreSQL that runs for the session; under pytest-xdist each worker has its own."""
    with serve_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a real browser; under pytest-xdist each worker that opens pages has its own."""
    # Here, because only these tests have a use for its client.
    from tests.support.browser import start_browser  # noqa: PLC0415

    with start_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def _redis_server() -> Iterator[RedisServer]:
    with serve_redis() as server:
        yield server


@pytest.fixture
def redis_server(_redis_server: RedisServer) -> RedisServer:
    """Return a running, empty Redis for the test, which may stop it."""
    _redis_server.start()
    _redis_server.flush()
    return _redis_server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the URL (``postgresql://…``, without a driver) of an empty database for the test."""
    with postgres_server.create_database() as url:
        yield url


@pytest.fixture(scope="session")
def runtime_folder() -> Iterator[Path]:
    """Return a folder for control sockets, whose paths must be short."""
    with TemporaryDirectory(prefix="asm-") as folder:
        yield Path(folder)


@pytest.fixture
def process(
    request: pytest.FixtureRequest, tmp_path: Path, runtime_folder: Path
) -> Iterator[StartProcess]:
    """Return a function that starts a process; all of them, children too, end with the test.

    Those of a test that is marked `prepared` are prepared, as `start_process` says it. Their home
    directory is the test's: gunicorn puts a control socket there.
    """
    logs = tmp_path / "logs"
    logs.mkdir()
    started: list[RunningProcess] = []
    is_marked = request.node.get_closest_marker("prepared") is not None

    def start(
        args: Sequence[str],
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        *,
        is_prepared: bool = is_marked,
    ) -> RunningProcess:
        own = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime_folder), **(env or {})}
        prepared = () if is_prepared else None
        running = start_process(args, cwd or tmp_path, logs, own, prepared=prepared)
        started.append(running)
        return running

    yield start
    for running in reversed(started):
        running.kill_group()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of a small project of the test's own: a copy of ``tests/support/shop``."""
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(params=["postgres", "sqlite"])
def shop(request: pytest.FixtureRequest, project: Path) -> Iterator[Shop]:
    """Return that project with an empty database; the test runs on both kinds."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{project}/shop.db" if is_sqlite else request.getfixturevalue("postgres_url")
    with _open_shop(project, url) as shop:
        yield shop


@pytest.fixture
def sqlite_shop(project: Path) -> Iterator[Shop]:
    """Return that project with an empty SQLite file."""
    with _open_shop(project, f"sqlite:///{project}/shop.db") as shop:
        yield shop


@contextmanager
def _open_shop(folder: Path, url: str) -> Iterator[Shop]:
    # Here, because it loads Flask and Alembic, which most tests have no use for.
    from tests.support.shop_database import Shop  # noqa: PLC0415

    shop = Shop(folder, url)
    yield shop
    shop.close()
