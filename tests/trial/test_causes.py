"""Test which errors of real libraries count as a missing network, or a missing database."""

from __future__ import annotations

import sqlite3
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING, Any

import grpc
import psycopg
import psycopg2
import pytest
import redis
import sqlalchemy

from assembler.trial.causes import is_of_database, is_of_network

if TYPE_CHECKING:
    from collections.abc import Callable

# Nobody listens there.
HOST, PORT = "127.0.0.1", 1
URL = f"postgresql://shop@{HOST}:{PORT}/shop"


def ask_grpc() -> None:
    """Call a method over gRPC."""
    with grpc.insecure_channel(f"{HOST}:{PORT}") as channel:
        count: Any = channel.unary_unary("/shop.Stock/Count")
        count(b"", timeout=5)


def wait_for_grpc() -> None:
    """Wait until gRPC is connected."""
    with grpc.insecure_channel(f"{HOST}:{PORT}") as channel:
        grpc.channel_ready_future(channel).result(timeout=0.2)


def connect_through_sqlalchemy() -> None:
    """Connect with an engine."""
    sqlalchemy.create_engine(URL.replace(":", "+psycopg2:", 1)).connect()


def ask_http() -> None:
    """Send a request."""
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://{HOST}:{PORT}/")


def hide_the_cause() -> None:
    """Raise something else, as wrappers do."""
    try:
        ask_http()
    except OSError:
        message = "no stock"
        raise RuntimeError(message) from None


def raise_in_a_group() -> None:
    """Raise several at once."""
    message = "two"
    raise ExceptionGroup(message, [ValueError("a"), ConnectionRefusedError(111, "refused")])


@pytest.mark.parametrize(
    "call",
    [
        ask_grpc,
        wait_for_grpc,
        connect_through_sqlalchemy,
        hide_the_cause,
        raise_in_a_group,
        lambda: psycopg2.connect(URL),
        lambda: psycopg.connect(URL),
        lambda: redis.Redis(HOST, PORT).ping(),
        ask_http,
    ],
    ids=[
        *("grpc", "grpc-wait", "sqlalchemy", "hidden", "group"),
        *("psycopg2", "psycopg", "redis", "http"),
    ],
)
def test_failed_connection_is_of_the_network(call: Callable[[], object]) -> None:
    """Whichever library says it, in whatever words."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each library has its own
        call()
    assert is_of_network(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no connection"),
        ConnectionError("no route to the queue"),  # of the project's own making
        FileNotFoundError(2, "No such file"),
        BrokenPipeError(32, "Broken pipe"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_other_errors_are_of_neither(error: Exception) -> None:
    """What the text says does not count, nor what goes wrong on this machine."""
    assert not is_of_network(error)
    assert not is_of_database(error)


def test_missing_table_is_of_the_database() -> None:
    """Through SQLAlchemy alone: its engines are what is replaced."""
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(sqlalchemy.exc.OperationalError) as caught:
        connection.execute(sqlalchemy.text("SELECT title FROM books"))
    engine.dispose()
    assert is_of_database(caught.value)
    assert not is_of_network(caught.value)
    with (
        closing(sqlite3.connect(":memory:")) as its_own,
        pytest.raises(sqlite3.OperationalError) as own,
    ):
        its_own.execute("SELECT title FROM books")
    assert not is_of_database(own.value)
