"""Prove each patch under load: slow calls at once, with the ticks of the event loop beside them."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assembler.database.pool import find_pool_limit
from assembler.database.state import find_engines
from assembler.doctor import slow_grpc
from assembler.doctor.form import Check, Finding, Verdict
from assembler.doctor.loop_ticks import WAIT_SECONDS, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Engine

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]

AT_ONCE = 2
LIMIT_SECONDS = 10.0


def examine_load(examined: Examined) -> Iterator[Finding]:
    """Come after the app: a step may have taken a patch back."""
    assert examined.patched is not None
    assert examined.app is not None
    live = {proof.name for proof in examined.patched.proofs}
    if "gevent" not in live:
        return
    yield judge("gevent", [_wait_for_socket] * AT_ONCE, "sockets that wait")
    if "grpc" in live:
        yield examine_grpc()
    if "psycopg2" in live:
        with examined.app.app_context():
            engines = list(find_engines(examined.app).values())
        yield _examine_queries(engines)


def _wait_for_socket() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.settimeout(WAIT_SECONDS)
        try:
            one.recv(1)
        except TimeoutError:
            return


def examine_grpc() -> Finding:
    """Call a server that is started for this, and ended."""
    import grpc  # noqa: PLC0415 - only where it is patched

    with _serving_slowly() as address, grpc.insecure_channel(address) as channel:
        method = f"/{slow_grpc.SERVICE}/{slow_grpc.METHOD}"
        wait: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(method)
        seconds = str(WAIT_SECONDS).encode()
        call = partial(wait, seconds, timeout=LIMIT_SECONDS, wait_for_ready=True)
        return judge("grpc", [call] * AT_ONCE, "slow calls")


@contextmanager
def _serving_slowly() -> Iterator[str]:
    file = Path(slow_grpc.__file__)
    with subprocess.Popen(  # noqa: S603 - this Python, and a file of ours
        [sys.executable, "-P", str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


def _examine_queries(engines: Iterable[Engine]) -> Finding:
    engine = next((one for one in engines if one.dialect.driver == "psycopg2"), None)
    if engine is None:
        return Finding(Verdict.OK, "'psycopg2': no database of the app is reached through it")
    # One connection shows as well whether it blocks.
    count = min(AT_ONCE, find_pool_limit(engine.pool) or AT_ONCE)
    try:
        with engine.connect():  # one that fails in a greenlet is printed by gevent
            pass
        return judge("psycopg2", [partial(_query_slowly, engine)] * count, "slow queries")
    except SQLAlchemyError:
        return Finding(Verdict.WARNING, "'psycopg2': not tried", "See the check `database`.")


def _query_slowly(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": WAIT_SECONDS})


CHECK = Check(examine_load, needs="app")
