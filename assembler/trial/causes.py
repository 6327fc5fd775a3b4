"""Recognize exceptions that a missing network or database caused."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["has_exited", "is_of_database", "is_of_network"]

NETWORK_ERRORS = frozenset(
    {
        *(errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN),
        *(errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.ETIMEDOUT),
        errno.EADDRNOTAVAIL,
    }
)
# What libraries raise that hide the socket's own error, by their package.
NETWORK_CLASSES = frozenset(
    {
        *("_socket.gaierror", "_socket.herror", "socket.gaierror", "socket.herror"),
        *("aiohttp.ClientConnectionError", "amqp.RecoverableConnectionError"),
        *("botocore.ConnectionError", "botocore.HTTPClientError"),
        *("elastic_transport.ConnectionError", "grpc.FutureTimeoutError"),
        *("httpcore.NetworkError", "httpx.NetworkError", "httpx.TimeoutException"),
        *("kombu.OperationalError", "pika.AMQPConnectionError", "pymongo.ConnectionFailure"),
        *("redis.ConnectionError", "redis.TimeoutError", "urllib3.HTTPError"),
        *("requests.ConnectionError", "requests.Timeout"),
    }
)
# A driver raises the same for a server that is away and for a statement that fails there: only the
# message tells them apart.
DRIVER_CLASSES = frozenset(
    f"{driver}.{name}"
    for driver in ("psycopg2", "psycopg", "MySQLdb", "pymysql", "oracledb", "pyodbc")
    for name in ("OperationalError", "InterfaceError")
)
DRIVER_WORDS = ("connect", "host name", "timeout", "network", "server")
GRPC_AWAY = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED"})
DATABASE_CLASSES = frozenset(
    {"sqlalchemy.DBAPIError", "sqlalchemy.CompileError", "sqlalchemy.NoSuchTableError"}
)


def is_of_network(error: BaseException) -> bool:
    """Return whether a connection could not be made, in ``error`` or in what led to it."""
    return any(map(_is_of_network, _iter_causes(error)))


def is_of_database(error: BaseException) -> bool:
    """Return whether a database rejected what SQLAlchemy sent, or has no such table."""
    return any(_find_classes(cause) & DATABASE_CLASSES for cause in _iter_causes(error))


def has_exited(error: BaseException) -> bool:
    """Return whether an exit led to ``error`` that does not say why."""
    return any(
        isinstance(cause, SystemExit) and not isinstance(cause.code, str)
        for cause in _iter_causes(error)
    )


def _is_of_network(error: BaseException) -> bool:
    classes = _find_classes(error)
    if classes & NETWORK_CLASSES or (isinstance(error, OSError) and error.errno in NETWORK_ERRORS):
        return True
    if classes & DRIVER_CLASSES:
        return any(word in str(error).lower() for word in DRIVER_WORDS)
    code = getattr(error, "code", None) if "grpc.RpcError" in classes else None
    return callable(code) and getattr(code(), "name", "") in GRPC_AWAY


def _find_classes(error: BaseException) -> set[str]:
    """Return the names of its class and of those above it, each behind its top-level package."""
    return {f"{base.__module__.partition('.')[0]}.{base.__name__}" for base in type(error).__mro__}


def _iter_causes(error: BaseException) -> Iterator[BaseException]:
    """Iterate over ``error``, its causes and contexts, and the members of groups."""
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
