"""Make clients of Redis, and ones that give up at once where it is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redis import ConnectionPool, Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool

from assembler.diagnostics.faults import StepFault
from assembler.report import CheckFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Client",
    "QuickAsker",
    "build_client",
    "build_cluster",
    "build_quick_client",
    "build_sentinel_client",
    "check_bytes",
    "check_client",
    "ping",
]

Client = Redis | RedisCluster

QUICK_SECONDS = 1.0


def build_client(url: str, settings: Mapping[str, Any]) -> Redis:
    """Return a client that connects when it is first used.

    Raises:
        StepFault: at ``url``, if it is not one of Redis.
    """
    try:
        return Redis.from_url(url, **settings)
    except ValueError as error:
        raise _build_url_fault() from error


def build_cluster(url: str, settings: Mapping[str, Any]) -> RedisCluster:
    """Return a client of the cluster that the node at ``url`` belongs to: it is asked now."""
    try:
        return RedisCluster.from_url(url, **settings)
    except ValueError as error:
        raise _build_url_fault() from error
    except RedisClusterException as error:
        # The library's own text counts for neither: what went wrong is its cause.
        cause = error.__cause__ or error
        message = f"the cluster's node does not tell of its slots: {type(cause).__name__}"
        hint = (
            "Start the cluster first, or name one of its nodes: its client asks while it is made."
        )
        raise StepFault(message, hint=hint, option=("url",)) from error


def build_sentinel_client(
    hosts: Sequence[tuple[str, int]],
    service: str,
    sentinel_settings: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> Redis:
    """Return a client of the master that the sentinels name; asks them when it is first used."""
    quick = {**_build_bounds(), **sentinel_settings}  # the next one is asked in place of a retry
    client: Redis = Sentinel(hosts, sentinel_kwargs=quick).master_for(service, **settings)
    return client


def check_client(given: object, option: str) -> Client:
    """Return ``given`` if it is a client of redis-py's that blocks, as all of Flask does."""
    if isinstance(given, (Redis, RedisCluster)):
        return given
    kind = type(given)
    message = f"expected a client of redis-py, got {kind.__module__}.{kind.__qualname__}"
    hint = "Write `{$step: redis}`, or name an instance of redis.Redis or redis.RedisCluster."
    raise StepFault(message, hint=hint, option=(option,))


def check_bytes(client: Client, option: str) -> Client:
    """Return ``client``, or one like it whose answers are bytes.

    Raises:
        StepFault: at ``option``, if it is a cluster's whose answers are strings.
    """
    if not client.get_encoder().decode_responses:
        return client
    if isinstance(client, Redis):
        return _copy_client(client, {"decode_responses": False})
    message = "the client's answers are strings, and bytes are kept here"
    hint = "Set `url`, or remove `decode_responses` from the step `redis`."
    raise StepFault(message, hint=hint, option=(option,))


def build_quick_client(client: Redis) -> Redis:
    """Return another client of the same server, with a second for a command and no retries.

    It has connections of its own, and its answers are bytes. The client's own retries take four
    seconds and more.
    """
    return _copy_client(client, {**_build_bounds(), "decode_responses": False})


def _copy_client(client: Redis, changes: Mapping[str, Any]) -> Redis:
    pool = client.connection_pool
    settings = {**pool.connection_kwargs, **changes}
    settings.pop("connection_pool", None)  # a sentinel's: the connections' own pool
    if isinstance(pool, SentinelConnectionPool):
        named = {"is_master": pool.is_master, "check_connection": pool.check_connection}
        settings |= {"connection_class": pool.connection_class, **named}
        manager = pool.sentinel_manager
        return Redis.from_pool(SentinelConnectionPool(pool.service_name, manager, **settings))
    return Redis.from_pool(ConnectionPool(pool.connection_class, **settings))


class QuickAsker:
    """Asks a client's server whether it takes commands, by another client that gives up at once.

    That one is made when it is first used: few processes are asked whether they are ready.
    """

    def __init__(self, client: Client) -> None:
        """Keep the client."""
        self._client = client
        self._quick: Redis | None = None

    def ask(self) -> None:
        """Ask; raises as `ping` does."""
        client = self._client
        if self._quick is None and isinstance(client, Redis):
            self._quick = build_quick_client(client)
        ping(self._quick or client)

    def close(self) -> None:
        """Close what was made."""
        if self._quick is not None:
            self._quick.close()


def ping(client: Client) -> None:
    """Ask whether the server takes commands; of a cluster, one node that knows of all slots.

    Not all nodes have to answer: a process that is not ready gets no requests, with which its
    client would learn of a new master.

    Raises:
        RedisError, CheckFailedError: if it does not.
    """
    if isinstance(client, Redis):
        _ping_server(client)
        return
    failure: Exception = CheckFailedError("no node of the cluster is known")
    for node in client.get_nodes():
        quick = build_quick_client(client.get_redis_connection(node))
        try:
            state = quick.cluster("INFO")["cluster_state"]
        except RedisError as error:
            failure = error
        else:
            if state == "ok":
                return
            failure = CheckFailedError(f"the cluster's state is {state}")
        finally:
            quick.close()
    raise failure


def _ping_server(client: Redis) -> None:
    try:
        client.ping()
    except MasterNotFoundError:  # whose text is all that its clients are made with
        service = vars(client.connection_pool)["service_name"]
        message = f"no sentinel that answers knows the master '{service}'"
        raise CheckFailedError(message) from None


def _build_bounds() -> dict[str, Any]:
    return {
        "socket_timeout": QUICK_SECONDS,
        "socket_connect_timeout": QUICK_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


def _build_url_fault() -> StepFault:
    """Neither the URL nor the error is shown: both may hold the password."""
    message = "`url` is not the URL of a Redis"
    hint = "Write it as `redis://HOST:PORT/0`, `rediss://…` with TLS, or `unix:///PATH`."
    return StepFault(message, hint=hint, option=("url",))
