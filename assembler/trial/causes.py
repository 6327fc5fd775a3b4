"""Tell from an exception, and what led to it, that the network or a database was missing."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_of_database", "is_of_network"]

NETWORK_ERRORS = frozenset(
    {
        *(errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN),
        *(errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.ETIMEDOUT),
        errno.EADDRNOTAVAIL,
    }
)
# What libraries raise that keep the socket's own error to themselves, by their package.
NETWORK_CLASSES = frozenset(
    {
        ("_socket", "gaierror"),
        ("socket", "gaierror"),
        ("_socket", "herror"),
        ("socket", "herror"),
        ("aiohttp", "ClientConnectionError"),
        ("amqp", "RecoverableConnectionError"),
        ("botocore", "ConnectionError"),
        ("botocore", "HTTPClientError"),
        ("elastic_transport", "ConnectionError"),
        ("grpc", "FutureTimeoutError"),
        ("httpcore", "NetworkError"),
        ("httpx", "NetworkError"),
        ("httpx", "TimeoutException"),
        ("kombu", "OperationalError"),
        ("pika", "AMQPConnectionError"),
        ("pymongo", "ConnectionFailure"),
        ("redis", "ConnectionError"),
        ("redis", "TimeoutError"),
        ("requests", "ConnectionError"),
        ("requests", "Timeout"),
        ("urllib3", "HTTPError"),
    }
)
# A driver says the same of a server that is away and of a statement that went wrong there: what
# was connected is in its text.
DRIVERS = frozenset({"psycopg2", "psycopg", "MySQLdb", "pymysql", "oracledb", "pyodbc"})
DRIVER_CLASSES = frozenset({"OperationalError", "InterfaceError"})
DRIVER_WORDS = ("connect", "host name", "timeout", "network", "server")
GRPC_AWAY = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED"})
DATABASE_CLASSES = frozenset({"DBAPIError", "CompileError", "NoSuchTableError"})


def is_of_network(error: BaseException) -> bool:
    """Tell whether a connection could not be made, in ``error`` or in what led to it."""
    return any(map(_is_of_network, _iter_causes(error)))


def is_of_database(error: BaseException) -> bool:
    """Tell whether a database did not take what SQLAlchemy gave it, or has no such table."""
    return any(
        package == "sqlalchemy" and name in DATABASE_CLASSES
        for cause in _iter_causes(error)
        for package, name in _iter_classes(cause)
    )


def _is_of_network(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in NETWORK_ERRORS:
        return True
    classes = set(_iter_classes(error))
    if classes & NETWORK_CLASSES:
        return True
    if any(package in DRIVERS and name in DRIVER_CLASSES for package, name in classes):
        return any(word in str(error).lower() for word in DRIVER_WORDS)
    if ("grpc", "RpcError") in classes:
        code = getattr(error, "code", None)
        return callable(code) and getattr(code(), "name", "") in GRPC_AWAY
    return False


def _iter_classes(error: BaseException) -> Iterator[tuple[str, str]]:
    """Give the package and the name of its class, and of those above it."""
    for base in type(error).__mro__:
        yield base.__module__.partition(".")[0], base.__name__


def _iter_causes(error: BaseException) -> Iterator[BaseException]:
    """Give ``error``, what it was raised from, or while, and the members of groups."""
    seen: dict[int, BaseException] = {}
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen[id(one)] = one
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "orig", None)]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
