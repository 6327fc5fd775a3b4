"""Start a real PgBouncer in front of a test's PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest

from tests.support.processes import free_port, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["serve_pgbouncer"]

# Two connections: what a migration needs, and nothing for whoever would hold one while waiting.
CONFIG = """
[databases]
* = host={host} user=postgres

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
logfile = {folder}/pgbouncer.log
"""


@contextmanager
def serve_pgbouncer(url: str, mode: str, size: int = 2) -> Iterator[str]:
    """Return the URL of the database of ``url`` through a PgBouncer that pools by ``mode``.

    Skips the test where PgBouncer is not installed; ``make test`` installs it, or says so.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    address, _, host = url.rpartition("?host=")
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="asmpgb-"))
    file = folder / "pgbouncer.ini"
    file.write_text(CONFIG.format(host=host, port=port, mode=mode, size=size, folder=folder))
    as_user = []
    if os.geteuid() == 0:  # it does not serve as root, and neither does PostgreSQL
        owner = Path(host).stat().st_uid
        os.chown(folder, owner, -1)
        as_user = ["-u", pwd.getpwuid(owner).pw_name]
    running = subprocess.Popen(
        [program, "-q", *as_user, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    through = f"postgresql://postgres@127.0.0.1:{port}/{address.rpartition('/')[2]}"
    try:
        wait_until(lambda: _is_serving(through), "PgBouncer")
        yield through
    finally:
        running.kill()
        running.wait()
        shutil.rmtree(folder)


def _is_serving(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True
