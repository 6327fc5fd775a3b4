"""Give the app a client of Redis: one server, the master of sentinels, or a cluster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredObject

if TYPE_CHECKING:
    from redis import Redis, RedisCluster

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "RedisOptions", "SentinelOptions"]

HOST = re.compile(r"(?P<host>[^\s:/@]+|\[[0-9a-fA-F:.]+\])(?::(?P<port>[0-9]{1,5}))?")
SENTINEL_PORT = 26379


def _check_hosts(hosts: list[str]) -> list[str]:
    for host in hosts:
        if HOST.fullmatch(host) is None:
            message = f'expected a host, or host:port, got "{host}"'
            raise ValueError(message)
    return hosts


class SentinelOptions(FrozenOptions):
    """The sentinels that know which server is the master."""

    hosts: Annotated[list[str], AfterValidator(_check_hosts)] = Field(
        min_length=1, description="The sentinels, as host:port; the port's default is 26379."
    )
    service: str = Field(min_length=1, description="The name by which they know the master.")
    username: str | None = Field(None, description="The user, where they ask for one.")
    password: str | None = Field(
        None, repr=False, description="The password, where they ask for one."
    )

    def split_hosts(self) -> list[tuple[str, int]]:
        """Return each host with its port."""
        found = (HOST.fullmatch(host) for host in self.hosts)
        return [
            (one["host"].strip("[]"), int(one["port"] or SENTINEL_PORT)) for one in found if one
        ]


class RedisOptions(FrozenOptions):
    """Which Redis, and how long is waited for it."""

    client: ReferredObject = Field(
        None,
        description="The project's own client, as {$import: …}; it is not closed. Default: a new "
        "one.",
    )
    url: str | None = Field(
        None,
        repr=False,
        description="The server's URL: redis://, rediss:// or unix://; with `cluster`, one of its "
        "nodes. Default: none.",
    )
    sentinel: SentinelOptions | None = Field(
        None, description="Sentinels to ask for the master, in place of `url`; default: none."
    )
    cluster: Flag = Field(default=False, description="Whether `url` is a node of a cluster.")
    username: str | None = Field(
        None, description="The user; not with one in `url`. Default: none."
    )
    password: str | None = Field(
        None, repr=False, description="The password; not with one in `url`. Default: none."
    )
    db: int | None = Field(
        None, ge=0, description="The database's number; not with one in `url`; default: 0."
    )
    decode_responses: Flag = Field(
        default=False, description="Whether answers are strings, not bytes."
    )
    max_connections: int | None = Field(
        None, ge=1, description="Connections in each process; default: the library's."
    )
    connect_timeout_seconds: float | None = Field(
        None, gt=0, description="How long connecting may take; default: the library's, 5."
    )
    timeout_seconds: float | None = Field(
        None, gt=0, description="How long an answer may take; default: the library's, 5."
    )
    retries: int | None = Field(
        None,
        ge=0,
        le=100,
        description="How often a command is tried again while the server is away; default: the "
        "library's, 10 times in some 4 seconds.",
    )
    check: Flag = Field(default=True, description="Whether readiness pings the server.")

    @model_validator(mode="after")
    def _check_which(self) -> RedisOptions:
        if sum(one is not None for one in (self.client, self.url, self.sentinel)) != 1:
            message = "expected one of `url`, `sentinel` and `client`"
            raise ValueError(message)
        if self.cluster and self.url is None:
            message = "`cluster` needs the `url` of one of its nodes"
            raise ValueError(message)
        for name in _find_given(self.url or ""):
            if getattr(self, name) is not None:
                message = f"`{name}` is in `url`, too, which the library would prefer"
                raise ValueError(message)
        return self


def _find_given(url: str) -> list[str]:
    """Return which options a URL gives as well."""
    parts = urlsplit(url)
    number = parts.scheme != "unix" and parts.path.strip("/")
    given = {"username": parts.username, "password": parts.password, "db": number}
    return [name for name, value in given.items() if value or f"{name}=" in parts.query]


def apply_redis(context: StepContext, options: RedisOptions) -> Redis | RedisCluster:
    """Make the client, which connects when it is first used; a cluster's asks a node now.

    After a fork each process has connections of its own: the client looks at the process's number.
    Keeps it as ``app.extensions["redis"]``.
    """
    from assembler.steps.redis_clients import QuickAsker, check_client

    if options.client is not None:
        client = check_client(options.client, "client")
    else:
        client = _build_client(options)
        context.on_close(client.close)
    context.app.extensions["redis"] = client
    if options.check:
        asker = QuickAsker(client)
        context.on_close(asker.close)
        context.report.add_check("redis", asker.ask)
    return client


def _build_client(options: RedisOptions) -> Redis | RedisCluster:
    from assembler.steps.redis_clients import build_client, build_cluster, build_sentinel_client

    settings = _build_settings(options)
    if options.sentinel is not None:
        sentinel = options.sentinel
        own = {"username": sentinel.username, "password": sentinel.password}
        return build_sentinel_client(sentinel.split_hosts(), sentinel.service, own, settings)
    assert options.url is not None
    return (build_cluster if options.cluster else build_client)(options.url, settings)


def _build_settings(options: RedisOptions) -> dict[str, Any]:
    """Return redis-py's settings; what is left out is its own default."""
    from redis.backoff import ExponentialWithJitterBackoff
    from redis.retry import Retry

    given = {
        "username": options.username,
        "password": options.password,
        "db": options.db,
        "max_connections": options.max_connections,
        "socket_connect_timeout": options.connect_timeout_seconds,
        "socket_timeout": options.timeout_seconds,
    }
    settings: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if options.retries is not None:
        settings["retry"] = Retry(ExponentialWithJitterBackoff(base=0.01, cap=1), options.retries)
    return {**settings, "decode_responses": options.decode_responses}


STEP = CatalogStep(
    name="redis",
    group="data",
    summary="Give the app a client of Redis: a server, sentinels or a cluster.",
    options=RedisOptions,
    apply=apply_redis,
    packages=("redis",),
    extra="redis",
    once=True,
)
