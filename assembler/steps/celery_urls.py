"""Find URLs that Celery cannot use, which it would only tell once it connects."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import find_meant, render_names

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BACKENDS", "TRANSPORTS", "find_scheme_fault", "iter_urls"]

# kombu 5.7, `TRANSPORT_ALIASES`; a broker has one of these, and no package adds others.
TRANSPORTS = frozenset(
    {
        *("SLMQ", "SQS", "amqp", "amqps", "azureservicebus", "azurestoragequeues"),
        *("confluentkafka", "consul", "etcd", "filesystem", "gcpubsub", "kafka", "librabbitmq"),
        *("memory", "mongodb", "pgmq", "pyamqp", "pyro", "qpid", "redis", "rediss", "sentinel"),
        *("slmq", "sqla", "sqlalchemy", "sqs", "zookeeper"),
    }
)
# Celery 5.7, `BACKEND_ALIASES`; packages may add others.
BACKENDS = frozenset(
    {
        *("arangodb", "azureblockblob", "cache", "cassandra", "consul", "cosmosdbsql"),
        *("couchbase", "couchdb", "database", "db", "disabled", "dynamodb", "elasticsearch"),
        *("file", "gs", "mongodb", "redis", "rediss", "riak", "rpc", "s3", "sentinel"),
    }
)
RESULTS = "result_backend"


def iter_urls(value: object) -> Iterator[tuple[str, str]]:
    """Yield each URL of a setting, which may hold several, with the name of its transport."""
    urls = value.split(";") if isinstance(value, str) else value
    for url in urls if isinstance(urls, (list, tuple)) else ():
        yield str(url), str(url).partition("://")[0].partition("+")[0].strip()


def find_scheme_fault(name: str, value: object) -> StepFault | None:
    """Return why Celery could not connect to one of the URLs of a setting, whoever listens."""
    for url, scheme in iter_urls(value):
        if "://" not in url:  # a host, or the name of a backend
            continue
        known = BACKENDS if name == RESULTS else TRANSPORTS
        meant = find_meant(scheme, known)
        if scheme not in known and (meant is not None or name != RESULTS):
            message = f'{name} has the transport "{scheme}", which Celery does not know'
            hint = f"Did you mean '{meant}'?" if meant else f"Use {render_names(sorted(known))}."
        elif not _is_port_right(url):
            message = f"{name} has a port that is no number from 0 to 65535"
            hint = "Write the URL as `amqp://USER:PASSWORD@HOST:PORT/VHOST`, with a number."
        else:
            continue
        return StepFault(message, hint=hint, option=(name,), code=codes.WRONG_OPTION)
    return None


def _is_port_right(url: str) -> bool:
    try:
        _ = urlsplit(url).port
    except ValueError:
        return False
    return True
