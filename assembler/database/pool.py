"""Give an engine the connection pool that a profile asks for, and check that it has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import URL, Pool

__all__ = ["ENGINE_KEY", "POOL_OPTIONS", "find_pool_class", "find_pool_limit", "get_engine_options"]

ENGINE_KEY = "SQLALCHEMY_ENGINE_OPTIONS"


class PoolOption(NamedTuple):
    """What SQLAlchemy calls an option, and how the value in force is read off a pool."""

    engine_name: str
    read: Callable[[Any], object]
    is_for_queue: bool = False  # other kinds of pool have no such thing


# SQLAlchemy has no public name for three of them.
POOL_OPTIONS = {
    "pool_size": PoolOption("pool_size", lambda pool: pool.size(), is_for_queue=True),
    "max_overflow": PoolOption(
        "max_overflow",
        lambda pool: pool._max_overflow,  # noqa: SLF001
        is_for_queue=True,
    ),
    "pool_timeout_seconds": PoolOption(
        "pool_timeout", lambda pool: pool.timeout(), is_for_queue=True
    ),
    "pool_recycle_seconds": PoolOption("pool_recycle", lambda pool: pool._recycle),  # noqa: SLF001
    "pool_pre_ping": PoolOption("pool_pre_ping", lambda pool: pool._pre_ping),  # noqa: SLF001
}


def find_pool_limit(pool: Pool) -> int | None:
    """Return how many connections a pool opens at most; ``None``: no limit is known."""
    from sqlalchemy.pool import QueuePool  # noqa: PLC0415 - declaring a step loads no driver

    if not isinstance(pool, QueuePool):
        return None
    size, overflow = pool.size(), pool._max_overflow  # noqa: SLF001 - it has no public name
    return None if size == 0 or overflow < 0 else size + overflow


def get_engine_options(db: SQLAlchemy, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an engine is made with: the instance's own options, then the config's."""
    return {**db._engine_options, **(config.get(ENGINE_KEY) or {})}  # noqa: SLF001


def find_pool_class(url: URL, engine_options: Mapping[str, Any]) -> type[Pool]:
    """Return the kind of pool that an engine for ``url`` gets, as Flask-SQLAlchemy chooses it."""
    from sqlalchemy.pool import StaticPool  # noqa: PLC0415 - declaring a step loads no driver

    given: type[Pool] | None = engine_options.get("poolclass")
    if given is not None:
        return given
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        return StaticPool
    dialect: Any = url.get_dialect()
    chosen: type[Pool] = dialect.get_pool_class(url)
    return chosen
